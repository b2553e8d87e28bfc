package com.expensicat.keycloak.floor;

import com.expensicat.keycloak.http.ChangedSession;
import org.keycloak.OAuth2Constants;
import org.keycloak.Token;
import org.keycloak.jose.jws.DefaultTokenManager;
import org.keycloak.models.KeycloakSession;
import org.keycloak.representations.AuthorizationResponseToken;

/**
 * A session in which the token of an authorization response (JARM) has its claims once, as RFC 7519
 * 4 wants it. Keycloak's {@code OIDCRedirectUriBuilder} puts {@code iss} there, and once more what
 * RFC 9207 adds to every response; parsers that are strict, Keycloak's own among them, refuse that.
 */
public final class JarmSession {

  private JarmSession() {}

  /** That session, in all else. */
  public static KeycloakSession of(KeycloakSession session) {
    return ChangedSession.with(session, "tokens", new Tokens(session));
  }

  private static final class Tokens extends DefaultTokenManager {

    Tokens(KeycloakSession session) {
      super(session);
    }

    @Override
    public String encodeAndEncrypt(Token token) {
      if (token instanceof AuthorizationResponseToken response) {
        response.getOtherClaims().remove(OAuth2Constants.ISSUER);
      }
      return super.encodeAndEncrypt(token);
    }
  }
}
