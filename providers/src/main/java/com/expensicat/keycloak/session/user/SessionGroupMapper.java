package com.expensicat.keycloak.session.user;

import com.expensicat.keycloak.session.issuer.IssuerSettings;
import org.keycloak.broker.oidc.mappers.AdvancedClaimToGroupMapper;

/**
 * Puts users into a group by claims of session JWTs: Keycloak's mapper for OpenID Connect, for this
 * type of identity provider.
 */
public class SessionGroupMapper extends AdvancedClaimToGroupMapper {

  @Override
  public String getId() {
    return "expensicat-session-group-mapper";
  }

  @Override
  public String[] getCompatibleProviders() {
    return new String[] {IssuerSettings.PROVIDER_ID};
  }

  @Override
  public String getDisplayType() {
    return "Session claims to group";
  }

  @Override
  public String getHelpText() {
    return "Puts a user into a group if the session JWT has all of these claims.";
  }
}
