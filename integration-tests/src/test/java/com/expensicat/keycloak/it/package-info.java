/**
 * A real Keycloak with the pack inside, driven from outside: a package for each capability, named
 * as the pack's own where there is one.
 *
 * <p>{@code support} holds no tests: {@code server} starts Keycloak, alone or as the nodes of a
 * cluster, with its database; {@code http} sends and reads; {@code oauth} is the application and
 * the resource server; {@code admin} the admin and the people; {@code session} the issuer of
 * session JWTs; {@code browser} the person's user agent, with and without scripts. {@code attack}
 * is the table of attacks, {@code interop} the clients that nobody here wrote, {@code cluster} what
 * needs more than one node, {@code examples} the example API and the commands of the guide.
 */
package com.expensicat.keycloak.it;
