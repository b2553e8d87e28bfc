package com.expensicat.keycloak.session;

/**
 * An issuer of session JWTs that the realm trusts: an enabled identity provider of the realm.
 *
 * @param config the identity provider
 * @param settings its settings
 * @param keys its keys
 */
record TrustedIssuer(SessionIssuerConfig config, IssuerSettings settings, KeySource keys) {

  /** Whether this is the identity provider that {@code other} was read from. */
  boolean isSameProvider(SessionIssuerConfig other) {
    return config.getInternalId().equals(other.getInternalId());
  }
}
