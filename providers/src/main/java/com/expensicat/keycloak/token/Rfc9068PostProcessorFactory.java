package com.expensicat.keycloak.token;

import java.util.Arrays;
import java.util.Optional;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.AuthenticatedClientSessionModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.token.TokenPostProcessorContext;
import org.keycloak.representations.AccessToken;
import org.keycloak.util.TokenUtil;

/**
 * Adds the claims {@code client_id} and {@code sub} to access tokens (RFC 9068 2.2). Keycloak's
 * switch for RFC 9068 changes no more than the header: it writes {@code azp} only, and {@code sub}
 * by a mapper of the client scope {@code basic}, which clients do not have that come from before
 * Keycloak 25 or from a file that lists their scopes (keycloak/keycloak#31082). What a mapper has
 * written stays.
 *
 * <p>And lets no token be from before its session, as which Keycloak would refuse it: it takes the
 * time of the tokens first, and then asks the database for the session, which may take seconds; and
 * the session may have begun at another node, whose clock is ahead.
 */
public class Rfc9068PostProcessorFactory extends AccessTokenPostProcessorFactory {

  @Override
  public String getId() {
    return "expensicat-rfc9068";
  }

  @Override
  protected void process(
      KeycloakSession session, RealmModel realm, TokenPostProcessorContext context) {
    AccessToken token = context.accessToken();
    token.setOtherClaims(OAuth2Constants.CLIENT_ID, token.getIssuedFor());
    AuthenticatedClientSessionModel clientSession = context.clientSessionCtx().getClientSession();
    UserModel user = clientSession.getUserSession().getUser();
    long began = began(session, realm, clientSession, context.refreshToken());
    for (AccessToken issued : Arrays.asList(token, context.refreshToken())) {
      if (issued == null) {
        continue;
      }
      if (issued.getSubject() == null) {
        issued.subject(user.getId());
      }
      if (issued.isIssuedBeforeSessionStart(began)) {
        issued.iat(began);
      }
    }
  }

  /** When the sessions of a token began: an offline token has others than the sign-in. */
  private static long began(
      KeycloakSession session,
      RealmModel realm,
      AuthenticatedClientSessionModel clientSession,
      AccessToken refreshToken) {
    UserSessionModel userSession = clientSession.getUserSession();
    long began = Math.max(userSession.getStarted(), clientSession.getStarted());
    if (refreshToken == null
        || userSession.isOffline()
        || !TokenUtil.TOKEN_TYPE_OFFLINE.equals(refreshToken.getType())) {
      return began;
    }
    return Optional.ofNullable(session.sessions().getOfflineUserSession(realm, userSession.getId()))
        .map(
            offline ->
                offline.getAuthenticatedClientSessionByClient(clientSession.getClient().getId()))
        .map(offline -> Math.max(began, offline.getStarted()))
        .orElse(began);
  }
}
