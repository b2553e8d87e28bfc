/**
 * A real Keycloak with the pack inside, driven from outside.
 *
 * <p>{@link com.expensicat.keycloak.it.KeycloakServer} is the server, {@link
 * com.expensicat.keycloak.it.Browser} the person's user agent, {@link
 * com.expensicat.keycloak.it.AuthorizationFlow} and {@link com.expensicat.keycloak.it.TokenClient}
 * the application, {@link com.expensicat.keycloak.it.AdminApi} the admin, and {@link
 * com.expensicat.keycloak.it.BetterAuth} the issuer of session JWTs.
 *
 * <p>{@link com.expensicat.keycloak.it.Cluster} is two such servers that are one.
 *
 * <p>{@link com.expensicat.keycloak.it.ForeignClient} is an application that nobody here wrote.
 */
package com.expensicat.keycloak.it;
