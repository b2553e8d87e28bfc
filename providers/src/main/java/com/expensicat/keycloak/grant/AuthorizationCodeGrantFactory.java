package com.expensicat.keycloak.token;

import com.expensicat.keycloak.PackSettings;
import jakarta.ws.rs.core.Response;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keycloak.Config;
import org.keycloak.OAuth2Constants;
import org.keycloak.common.util.Retry;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.protocol.oidc.grants.AuthorizationCodeGrantType;
import org.keycloak.protocol.oidc.grants.AuthorizationCodeGrantTypeFactory;
import org.keycloak.protocol.oidc.grants.OAuth2GrantType;
import org.keycloak.services.CorsErrorResponseException;
import org.keycloak.services.managers.UserSessionManager;

/**
 * The authorization-code grant, in which a code that comes a second time also ends the offline
 * tokens that it gave the first time (RFC 6749 4.1.2). Keycloak ends the online session only, which
 * an application's refresh token outlives.
 */
public class SingleUseCodeGrantFactory extends AuthorizationCodeGrantTypeFactory {

  private PackSettings settings;

  @Override
  public int order() {
    return 100;
  }

  @Override
  public void init(Config.Scope config) {
    settings = PackSettings.fromConfig();
  }

  @Override
  public OAuth2GrantType create(KeycloakSession session) {
    return settings.isPackRealm(session.getContext().getRealm())
        ? new SingleUseCodeGrant()
        : super.create(session);
  }

  private static final class SingleUseCodeGrant extends AuthorizationCodeGrantType {

    /** What Keycloak says of a code that it does not know any more, and of no other. */
    private static final String NOT_VALID = "Code not valid";

    private static final int MOST_TRIES = 5;

    /** The base of Keycloak's back-off between tries, in milliseconds. */
    private static final int PAUSE = 10;

    /** Keycloak's form of a code: its id, the user session's and the client's. */
    private static final Pattern CODE = Pattern.compile("[^.]+\\.([^.]+)\\.([^.]+)");

    @Override
    public Response process(Context context) {
      try {
        return super.process(context);
      } catch (CorsErrorResponseException e) {
        if (NOT_VALID.equals(e.getErrorDescription())) {
          endOfflineTokens();
        }
        throw e;
      }
    }

    private void endOfflineTokens() {
      String code = formParams.getFirst(OAuth2Constants.CODE);
      Matcher parts = CODE.matcher(code == null ? "" : code);
      if (parts.matches() && client.getId().equals(parts.group(2))) {
        Retry.executeWithBackoff(
            tried ->
                KeycloakModelUtils.runJobInTransaction(
                    session.getKeycloakSessionFactory(),
                    session.getContext(),
                    own -> endOfflineTokens(own, parts.group(1))),
            MOST_TRIES,
            PAUSE);
      }
    }

    /**
     * In a transaction of its own, because the database refuses all but one of those that end the
     * same tokens at one instant; a further try finds them gone, or ends them.
     */
    private void endOfflineTokens(KeycloakSession own, String userSessionId) {
      RealmModel ownRealm = own.realms().getRealm(realm.getId());
      UserSessionModel offline = own.sessions().getOfflineUserSession(ownRealm, userSessionId);
      if (offline != null) {
        new UserSessionManager(own)
            .removeClientFromOfflineUserSession(
                ownRealm, offline, ownRealm.getClientById(client.getId()), offline.getUser());
      }
    }
  }
}
