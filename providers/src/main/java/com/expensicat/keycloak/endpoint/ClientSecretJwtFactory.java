package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.PackSettings;
import org.keycloak.Config;
import org.keycloak.authentication.ClientAuthenticationFlowContext;
import org.keycloak.authentication.authenticators.client.JWTClientSecretAuthenticator;

/**
 * {@code client_secret_jwt} (OpenID Connect Core 9) with the checks of {@link ClientAssertion}, in
 * the place of Keycloak's authenticator of the same id.
 */
public class ClientSecretJwtFactory extends JWTClientSecretAuthenticator {

  private PackSettings settings;

  @Override
  public void init(Config.Scope config) {
    settings = PackSettings.fromConfig();
  }

  @Override
  public int order() {
    return 100;
  }

  @Override
  public void authenticateClient(ClientAuthenticationFlowContext context) {
    if (settings.isPackRealm(context.getRealm())) {
      ClientAssertion.authenticate(context, getId(), this::verifySignature, true);
    } else {
      super.authenticateClient(context);
    }
  }
}
