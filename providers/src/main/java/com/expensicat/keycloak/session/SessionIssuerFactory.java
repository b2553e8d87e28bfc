package com.expensicat.keycloak.session;

import java.util.List;
import org.keycloak.broker.provider.AbstractIdentityProviderFactory;
import org.keycloak.models.IdentityProviderModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.provider.ProviderConfigProperty;

/** The type of identity provider that an issuer of session JWTs is. */
public class SessionIssuerFactory extends AbstractIdentityProviderFactory<SessionIssuer> {

  @Override
  public String getId() {
    return IssuerSettings.PROVIDER_ID;
  }

  @Override
  public String getName() {
    return "Expensicat session JWT";
  }

  @Override
  public String getHelpText() {
    return "A web application whose signed-in people the realm trusts, by short-lived JWTs.";
  }

  @Override
  public SessionIssuer create(KeycloakSession session, IdentityProviderModel model) {
    return new SessionIssuer(session, new SessionIssuerConfig(model));
  }

  @Override
  public SessionIssuerConfig createConfig() {
    return new SessionIssuerConfig();
  }

  @Override
  public List<ProviderConfigProperty> getConfigProperties() {
    return IssuerSettings.properties();
  }
}
