package com.expensicat.keycloak.session.signin;

import com.expensicat.keycloak.session.issuer.IssuerSettings;
import com.expensicat.keycloak.session.issuer.SessionIdentityProviderConfig;
import java.util.List;
import org.keycloak.broker.provider.AbstractIdentityProviderFactory;
import org.keycloak.models.IdentityProviderModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.provider.ProviderConfigProperty;

/** The type of identity provider that an issuer of session JWTs is. */
public class SessionIdentityProviderFactory
    extends AbstractIdentityProviderFactory<SessionIdentityProvider> {

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
  public SessionIdentityProvider create(KeycloakSession session, IdentityProviderModel model) {
    return new SessionIdentityProvider(session, new SessionIdentityProviderConfig(model));
  }

  @Override
  public SessionIdentityProviderConfig createConfig() {
    return new SessionIdentityProviderConfig();
  }

  @Override
  public List<ProviderConfigProperty> getConfigProperties() {
    return IssuerSettings.properties();
  }
}
