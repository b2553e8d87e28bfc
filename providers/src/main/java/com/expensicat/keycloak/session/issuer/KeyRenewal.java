package com.expensicat.keycloak.session.issuer;

/** What becomes of an admin's wish to have the keys of an issuer fetched anew. */
public sealed interface KeyRenewal {

  /** The keys were fetched; what other keys there were counts no more. */
  record Renewed(IssuerStatus issuer) implements KeyRenewal {}

  /**
   * The keys cannot be had now, and nothing has changed.
   *
   * @param problem why, in one line that quotes nothing of what was fetched
   */
  record Unavailable(String problem) implements KeyRenewal {}

  /** The realm has no issuer of that alias. */
  record NoIssuer() implements KeyRenewal {}
}
