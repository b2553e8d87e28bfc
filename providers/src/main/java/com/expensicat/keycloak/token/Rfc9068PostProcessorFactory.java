package com.expensicat.keycloak.token;

import com.expensicat.keycloak.PackSettings;
import org.keycloak.Config;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.token.TokenPostProcessor;
import org.keycloak.protocol.oidc.token.TokenPostProcessorFactory;
import org.keycloak.representations.AccessToken;

/**
 * Adds the claim {@code client_id} to access tokens (RFC 9068 2.2). Keycloak writes {@code azp}
 * only; its switch for RFC 9068 changes no more than the header.
 */
public class Rfc9068PostProcessorFactory implements TokenPostProcessorFactory {

  private PackSettings settings;

  @Override
  public String getId() {
    return "expensicat-rfc9068";
  }

  @Override
  public void init(Config.Scope config) {
    settings = PackSettings.fromConfig();
  }

  @Override
  public TokenPostProcessor create(KeycloakSession session) {
    return context -> {
      AccessToken token = context.accessToken();
      if (token != null && settings.isPackRealm(session.getContext().getRealm())) {
        token.setOtherClaims(OAuth2Constants.CLIENT_ID, token.getIssuedFor());
      }
    };
  }
}
