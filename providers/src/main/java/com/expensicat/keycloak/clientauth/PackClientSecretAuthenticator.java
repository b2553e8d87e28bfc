package com.expensicat.keycloak.clientauth;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.ReplacingProviderFactory;
import com.expensicat.keycloak.http.BasicCredentials;
import org.keycloak.authentication.ClientAuthenticationFlowContext;
import org.keycloak.authentication.ClientAuthenticator;
import org.keycloak.authentication.authenticators.client.ClientIdAndSecretAuthenticator;

/**
 * {@code client_secret_basic} and {@code client_secret_post} (RFC 6749 2.3.1), in the place of
 * Keycloak's authenticator of the same id. That one fails with an exception, a 500 at some
 * addresses and a stack trace at all, where the percent-encoding of Basic credentials is broken
 * (keycloak/keycloak#16401), and overlooks other credentials that cannot be decoded beside a {@code
 * client_id}. Here they are credentials of nobody.
 */
public class PackClientSecretAuthenticator extends ClientIdAndSecretAuthenticator
    implements ReplacingProviderFactory<ClientAuthenticator> {

  @Override
  public void authenticateClient(ClientAuthenticationFlowContext context) {
    if (PackSettings.get().isPackRealm(context.getRealm()) && !areCredentialsReadable(context)) {
      context.attempted();
    } else {
      super.authenticateClient(context);
    }
  }

  private static boolean areCredentialsReadable(ClientAuthenticationFlowContext context) {
    try {
      BasicCredentials.of(context.getHttpRequest().getHttpHeaders());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
