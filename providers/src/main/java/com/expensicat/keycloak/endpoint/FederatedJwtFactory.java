package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.PackSettings;
import org.keycloak.Config;
import org.keycloak.authentication.ClientAuthenticationFlowContext;
import org.keycloak.authentication.authenticators.client.FederatedJWTClientAuthenticator;

/**
 * Keycloak's authenticator for what third parties say of a client, on a JWT that {@link
 * ClientAssertion} has read. It comes last, and by itself logs a stack trace for whatever is no JWT
 * or has no {@code iss}, whoever sends it.
 */
public class FederatedJwtFactory extends FederatedJWTClientAuthenticator {

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
      ClientAssertion.state(context);
    }
    super.authenticateClient(context);
  }
}
