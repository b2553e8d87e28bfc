package com.expensicat.keycloak.token;

import com.expensicat.keycloak.PackSettings;
import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.token.TokenPostProcessor;
import org.keycloak.protocol.oidc.token.TokenPostProcessorContext;
import org.keycloak.protocol.oidc.token.TokenPostProcessorFactory;
import org.keycloak.representations.AccessToken;

/** Has a last look at each access token of the pack's realm before it is signed. */
public abstract class AccessTokenPostProcessorFactory implements TokenPostProcessorFactory {

  private static final String ISSUED = AccessTokenPostProcessorFactory.class.getName();

  /** The access token that a session's request has issued last, as it was signed. */
  public static Optional<AccessToken> issued(KeycloakSession session) {
    return Optional.ofNullable(session.getAttribute(ISSUED, AccessToken.class));
  }

  /**
   * Called for each access token of the pack's realm.
   *
   * @param context with the access token, which may be changed
   */
  protected abstract void process(
      KeycloakSession session, RealmModel realm, TokenPostProcessorContext context);

  @Override
  public TokenPostProcessor create(KeycloakSession session) {
    return context -> {
      RealmModel realm = session.getContext().getRealm();
      if (context.accessToken() != null && PackSettings.get().isPackRealm(realm)) {
        session.setAttribute(ISSUED, context.accessToken());
        process(session, realm, context);
      }
    };
  }
}
