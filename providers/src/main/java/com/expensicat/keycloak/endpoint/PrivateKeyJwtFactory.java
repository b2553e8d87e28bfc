package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.ReplacingProviderFactory;
import org.keycloak.authentication.ClientAuthenticationFlowContext;
import org.keycloak.authentication.ClientAuthenticator;
import org.keycloak.authentication.authenticators.client.JWTClientAuthenticator;

/**
 * {@code private_key_jwt} (OpenID Connect Core 9) with the checks of {@link ClientAssertion}, in
 * the place of Keycloak's authenticator of the same id.
 */
public class PrivateKeyJwtFactory extends JWTClientAuthenticator
    implements ReplacingProviderFactory<ClientAuthenticator> {

  @Override
  public void authenticateClient(ClientAuthenticationFlowContext context) {
    if (PackSettings.get().isPackRealm(context.getRealm())) {
      ClientAssertion.authenticate(context, getId(), this::verifySignature, false);
    } else {
      super.authenticateClient(context);
    }
  }
}
