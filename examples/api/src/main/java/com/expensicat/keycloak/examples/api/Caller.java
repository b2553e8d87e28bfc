package com.expensicat.keycloak.examples.api;

import org.springframework.security.core.AuthenticatedPrincipal;

/**
 * Whoever sent a request, by whichever token: the person, and the company that the person acts for.
 *
 * @param company its id; empty where the token names none
 * @param person one key for a person
 */
record Caller(String company, String person) implements AuthenticatedPrincipal {

  /**
   * Somebody by what the token says.
   *
   * @param company the company's id; null or empty where there is none
   * @param atSessionIssuer the person's id at the issuer of session JWTs; null or empty where the
   *     realm knows the person alone
   * @param inRealm the id of the user, or of a client's service account
   */
  static Caller of(String company, String atSessionIssuer, String inRealm) {
    return new Caller(
        isThere(company) ? company : "",
        isThere(atSessionIssuer) ? "session:" + atSessionIssuer : "realm:" + inRealm);
  }

  private static boolean isThere(String value) {
    return value != null && !value.isEmpty();
  }

  @Override
  public String getName() {
    return person;
  }
}
