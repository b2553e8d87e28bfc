package com.expensicat.keycloak.session.user;

import com.expensicat.keycloak.session.issuer.IssuerSettings;
import org.keycloak.broker.oidc.mappers.UserAttributeMapper;

/**
 * Takes a claim of session JWTs over to an attribute of the user, such as name, locale or
 * organisation: Keycloak's mapper for OpenID Connect, for this type of identity provider.
 */
public class SessionAttributeMapper extends UserAttributeMapper {

  @Override
  public String getId() {
    return "expensicat-session-attribute-mapper";
  }

  @Override
  public String[] getCompatibleProviders() {
    return new String[] {IssuerSettings.PROVIDER_ID};
  }

  @Override
  public String getDisplayType() {
    return "Session claim to attribute";
  }

  @Override
  public String getHelpText() {
    return "Takes a claim of session JWTs over to an attribute of the user, such as name, locale or"
        + " organisation.";
  }
}
