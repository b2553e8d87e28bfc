package com.expensicat.keycloak.session.issuer;

/**
 * An issuer of session JWTs as an admin sees it.
 *
 * @param alias the alias of its identity provider
 * @param displayName its name for people, or {@code null}
 * @param enabled whether the realm trusts it
 * @param issuer its exact {@code iss}, or {@code null} where its settings have none
 * @param flaw what is wrong with its settings, so that it is not used; {@code null} if they are
 *     good
 * @param keys its keys, or {@code null} where the settings have a flaw
 */
public record IssuerStatus(
    String alias,
    String displayName,
    boolean enabled,
    String issuer,
    String flaw,
    KeyStatus keys) {}
