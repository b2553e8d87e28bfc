package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.token.AccessTokenPostProcessorFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.token.TokenPostProcessorContext;
import org.keycloak.representations.AccessToken;

/** Has the {@code jti} of each access token of a grant carry the grant's name. */
public class GrantTokenIdPostProcessorFactory extends AccessTokenPostProcessorFactory {

  @Override
  public String getId() {
    return "expensicat-grants";
  }

  @Override
  protected void process(
      KeycloakSession session, RealmModel realm, TokenPostProcessorContext context) {
    AccessToken token = context.accessToken();
    GrantIssue.of(session).ifPresent(issue -> token.id(issue.grant().in(token.getId())));
  }
}
