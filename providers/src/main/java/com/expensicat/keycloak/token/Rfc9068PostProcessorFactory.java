package com.expensicat.keycloak.token;

import java.util.Arrays;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.protocol.oidc.token.TokenPostProcessorContext;
import org.keycloak.representations.AccessToken;

/**
 * Adds the claims {@code client_id} and {@code sub} to access tokens (RFC 9068 2.2). Keycloak's
 * switch for RFC 9068 changes no more than the header: it writes {@code azp} only, and {@code sub}
 * by a mapper of the client scope {@code basic}, which clients do not have that come from before
 * Keycloak 25 or from a file that lists their scopes (keycloak/keycloak#31082). What a mapper has
 * written stays.
 */
public class Rfc9068PostProcessorFactory extends AccessTokenPostProcessorFactory {

  @Override
  public String getId() {
    return "expensicat-rfc9068";
  }

  @Override
  protected void process(
      KeycloakSession session, RealmModel realm, TokenPostProcessorContext context) {
    AccessToken token = context.accessToken();
    token.setOtherClaims(OAuth2Constants.CLIENT_ID, token.getIssuedFor());
    UserModel user = context.clientSessionCtx().getClientSession().getUserSession().getUser();
    for (AccessToken issued : Arrays.asList(token, context.refreshToken())) {
      if (issued != null && issued.getSubject() == null) {
        issued.subject(user.getId());
      }
    }
  }
}
