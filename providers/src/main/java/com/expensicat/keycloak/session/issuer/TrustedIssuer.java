package com.expensicat.keycloak.session.issuer;

/**
 * An issuer of session JWTs that the realm trusts: an enabled identity provider of the realm.
 *
 * @param id the id of the identity provider
 * @param alias its alias
 * @param settings its settings
 * @param keys its keys
 */
public record TrustedIssuer(String id, String alias, IssuerSettings settings, KeySource keys) {}
