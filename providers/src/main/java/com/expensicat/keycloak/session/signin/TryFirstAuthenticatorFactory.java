package com.expensicat.keycloak.session.signin;

import com.expensicat.keycloak.PackSettings;
import org.keycloak.Config;
import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.authenticators.browser.IdentityProviderAuthenticatorFactory;
import org.keycloak.models.KeycloakSession;

/**
 * In the pack's realm {@link TryFirstAuthenticator} in the place of Keycloak's step of the same id.
 */
public class TryFirstAuthenticatorFactory extends IdentityProviderAuthenticatorFactory {

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
  public Authenticator create(KeycloakSession session) {
    return settings.isPackRealm(session.getContext().getRealm())
        ? new TryFirstAuthenticator()
        : super.create(session);
  }
}
