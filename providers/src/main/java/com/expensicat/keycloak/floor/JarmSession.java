package com.expensicat.keycloak.floor;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.keycloak.OAuth2Constants;
import org.keycloak.Token;
import org.keycloak.jose.jws.DefaultTokenManager;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.TokenManager;
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
    TokenManager tokens = new Tokens(session);
    return (KeycloakSession)
        Proxy.newProxyInstance(
            JarmSession.class.getClassLoader(),
            new Class<?>[] {KeycloakSession.class},
            (proxy, method, arguments) ->
                method.getName().equals("tokens") ? tokens : invoke(session, method, arguments));
  }

  private static Object invoke(KeycloakSession session, Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(session, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
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
