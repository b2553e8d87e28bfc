package com.expensicat.keycloak.token;

/** The claims that tell an API of a person, alike for access tokens and session JWTs. */
public final class PersonClaims {

  /** The person's id at the session issuer: one key for a person, whichever token came. */
  public static final String SUBJECT = "expensicat_sub";

  /** The person's organisation. */
  public static final String ORGANIZATION = "org";

  private PersonClaims() {}
}
