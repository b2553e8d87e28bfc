package com.expensicat.keycloak.token;

import com.expensicat.keycloak.PackTokenPostProcessorFactory;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.token.TokenPostProcessorContext;
import org.keycloak.representations.AccessToken;

/**
 * Adds the claim {@code client_id} to access tokens (RFC 9068 2.2). Keycloak writes {@code azp}
 * only; its switch for RFC 9068 changes no more than the header.
 */
public class Rfc9068PostProcessorFactory extends PackTokenPostProcessorFactory {

  @Override
  public String getId() {
    return "expensicat-rfc9068";
  }

  @Override
  protected void process(
      KeycloakSession session, RealmModel realm, TokenPostProcessorContext context) {
    AccessToken token = context.accessToken();
    token.setOtherClaims(OAuth2Constants.CLIENT_ID, token.getIssuedFor());
  }
}
