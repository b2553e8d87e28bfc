package com.expensicat.keycloak.token;

import com.expensicat.keycloak.scope.ScopeCatalogProvider;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.representations.AccessToken;
import org.keycloak.util.TokenUtil;

/** What is asked of access tokens wherever the pack looks at one. */
final class AccessTokens {

  private static final Set<String> TYPES =
      Set.of(TokenUtil.TOKEN_TYPE_BEARER, TokenUtil.TOKEN_TYPE_DPOP);

  /**
   * The reason for which a token is refused that the person does not consent to any more, or that
   * was exchanged for something that counts no more.
   */
  static final String CONSENT_MISSING = "consent_missing";

  private AccessTokens() {}

  /** Tells access tokens from the realm's other tokens. */
  static boolean isAccessToken(AccessToken token) {
    return TYPES.contains(token.getType());
  }

  /**
   * The scope that a token has now: what it was issued with, less what has been taken from the
   * client or from what the token was exchanged for since. Keycloak ends the sessions of an
   * application that loses the consent, which tokens from an exchange have none of; it leaves those
   * alone of one that loses a part of it, and looks at no scope that the client has no more.
   *
   * @return names divided by spaces; empty if the token counts no more, as the person does not
   *     consent to all of it or what it was exchanged for has ended
   */
  static Optional<String> scope(
      KeycloakSession session,
      AccessToken token,
      ClientModel client,
      UserModel user,
      UserSessionModel userSession) {
    String scope = token.getScope() == null ? "" : token.getScope();
    if (user.getServiceAccountClientLink() == null
        && !TokenManager.verifyConsentStillAvailable(
            session,
            user,
            client,
            userSession.getAuthenticatedClientSessionByClient(client.getId()),
            scope)) {
      return Optional.empty();
    }
    Predicate<String> counts = isAssignedTo(client);
    if (token.getOtherClaims().containsKey(TokenOrigin.CLAIM)) {
      Optional<Set<String>> origin = session.getProvider(TokenOrigin.class).scopes(token);
      if (origin.isEmpty()) {
        return Optional.empty();
      }
      ScopeCatalogProvider catalog = session.getProvider(ScopeCatalogProvider.class);
      counts = counts.and(name -> !catalog.contains(name) || origin.get().contains(name));
    }
    return Optional.of(
        Arrays.stream(scope.split(" ", -1)).filter(counts).collect(Collectors.joining(" ")));
  }

  private static Predicate<String> isAssignedTo(ClientModel client) {
    Set<String> optional = client.getClientScopes(false).keySet();
    Set<String> byDefault = client.getClientScopes(true).keySet();
    return name ->
        OAuth2Constants.SCOPE_OPENID.equals(name)
            || optional.contains(name)
            || byDefault.contains(name);
  }
}
