package com.expensicat.keycloak.token;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.PackTokenPostProcessorFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.token.TokenPostProcessorContext;
import org.keycloak.representations.AccessToken;

/**
 * Adds the API's address, where it is set, to {@code aud} of access tokens that are meant for the
 * API: what a client that asked for it by {@code resource} looks for there (RFC 8707 2, RFC 9068
 * 3).
 */
public class ApiAddressPostProcessorFactory extends PackTokenPostProcessorFactory {

  @Override
  public String getId() {
    return "expensicat-api-address";
  }

  @Override
  protected void process(
      KeycloakSession session, RealmModel realm, TokenPostProcessorContext context) {
    AccessToken token = context.accessToken();
    if (token.hasAudience(PackSettings.get().audience())) {
      PackSettings.get().apiAddress().ifPresent(token::addAudience);
    }
  }
}
