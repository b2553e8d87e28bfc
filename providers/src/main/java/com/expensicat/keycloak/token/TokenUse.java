package com.expensicat.keycloak.token;

/** What tells access tokens and session JWTs apart in answers. */
public final class TokenUse {

  /** The member of an introspection answer that says it. */
  public static final String CLAIM = "token_use";

  public static final String ACCESS = "access";
  public static final String SESSION = "session";

  private TokenUse() {}
}
