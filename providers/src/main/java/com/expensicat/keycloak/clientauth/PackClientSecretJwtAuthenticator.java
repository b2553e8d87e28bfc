package com.expensicat.keycloak.clientauth;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.ReplacingProviderFactory;
import org.keycloak.authentication.ClientAuthenticationFlowContext;
import org.keycloak.authentication.ClientAuthenticator;
import org.keycloak.authentication.authenticators.client.JWTClientSecretAuthenticator;

/**
 * {@code client_secret_jwt} (OpenID Connect Core 9) with the checks of {@link
 * PackClientAssertionValidator}, in the place of Keycloak's authenticator of the same id.
 */
public class PackClientSecretJwtAuthenticator extends JWTClientSecretAuthenticator
    implements ReplacingProviderFactory<ClientAuthenticator> {

  @Override
  public void authenticateClient(ClientAuthenticationFlowContext context) {
    if (PackSettings.get().isPackRealm(context.getRealm())) {
      PackClientAssertionValidator.authenticate(context, getId(), this::verifySignature, true);
    } else {
      super.authenticateClient(context);
    }
  }
}
