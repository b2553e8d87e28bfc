package com.expensicat.keycloak.clientauth;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.ReplacingProviderFactory;
import org.keycloak.authentication.ClientAuthenticationFlowContext;
import org.keycloak.authentication.ClientAuthenticator;
import org.keycloak.authentication.authenticators.client.FederatedJWTClientAuthenticator;

/**
 * Keycloak's authenticator for what third parties say of a client, on a JWT that {@link
 * PackClientAssertionValidator} has read. It comes last, and by itself logs a stack trace for
 * whatever is no JWT or has no {@code iss}, whoever sends it.
 */
public class PackFederatedJwtAuthenticator extends FederatedJWTClientAuthenticator
    implements ReplacingProviderFactory<ClientAuthenticator> {

  @Override
  public void authenticateClient(ClientAuthenticationFlowContext context) {
    if (PackSettings.get().isPackRealm(context.getRealm())) {
      PackClientAssertionValidator.state(context);
    }
    super.authenticateClient(context);
  }
}
