package com.expensicat.keycloak.token;

import com.expensicat.keycloak.PackSettings;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.token.TokenPostProcessor;
import org.keycloak.protocol.oidc.token.TokenPostProcessorContext;
import org.keycloak.protocol.oidc.token.TokenPostProcessorFactory;

/** Has a last look at each access token of the pack's realm before it is signed. */
public abstract class AccessTokenPostProcessorFactory implements TokenPostProcessorFactory {

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
        process(session, realm, context);
      }
    };
  }
}
