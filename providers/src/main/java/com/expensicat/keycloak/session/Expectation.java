package com.expensicat.keycloak.session;

import java.util.Optional;

/**
 * What a session JWT is shown for.
 *
 * @param signIn where it is to open a browser session: which one
 */
record Expectation(Optional<SignIn> signIn) {

  /**
   * One sign-in.
   *
   * @param audience the realm's issuer, which {@code aud} must hold
   * @param nonce the value that the hand-over page got
   */
  record SignIn(String audience, String nonce) {}

  /** It is shown as a bearer token (RFC 6750), and must not be one that was made for a sign-in. */
  static final Expectation BEARER = new Expectation(Optional.empty());

  static Expectation signIn(String audience, String nonce) {
    return new Expectation(Optional.of(new SignIn(audience, nonce)));
  }
}
