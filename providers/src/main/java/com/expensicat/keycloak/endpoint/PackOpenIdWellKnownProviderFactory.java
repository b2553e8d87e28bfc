package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.ReplacingProviderFactory;
import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCWellKnownProviderFactory;
import org.keycloak.wellknown.WellKnownProvider;

/**
 * {@link PackWellKnownProvider} as {@code openid-configuration}, with the options of Keycloak's
 * own.
 */
public class PackOpenIdWellKnownProviderFactory extends OIDCWellKnownProviderFactory
    implements ReplacingProviderFactory<WellKnownProvider> {

  private boolean includeClientScopes;

  @Override
  public void init(Config.Scope config) {
    super.init(config);
    includeClientScopes = config.getBoolean("include-client-scopes", true);
  }

  @Override
  public WellKnownProvider create(KeycloakSession session) {
    return new PackWellKnownProvider(session, getOpenidConfigOverride(), includeClientScopes);
  }
}
