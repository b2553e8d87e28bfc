package com.expensicat.keycloak.token;

import java.util.Set;
import org.keycloak.representations.AccessToken;
import org.keycloak.util.TokenUtil;

/** Tells access tokens from the realm's other tokens. */
final class AccessTokens {

  private static final Set<String> TYPES =
      Set.of(TokenUtil.TOKEN_TYPE_BEARER, TokenUtil.TOKEN_TYPE_DPOP);

  private AccessTokens() {}

  static boolean is(AccessToken token) {
    return TYPES.contains(token.getType());
  }
}
