package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.PackSettings;
import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCWellKnownProviderFactory;
import org.keycloak.wellknown.WellKnownProvider;

/** {@link PackMetadata} as {@code openid-configuration}, with the options of Keycloak's own. */
public class OpenIdMetadataFactory extends OIDCWellKnownProviderFactory {

  private PackSettings settings;
  private boolean includeClientScopes;

  @Override
  public int order() {
    return 100;
  }

  @Override
  public void init(Config.Scope config) {
    super.init(config);
    settings = PackSettings.fromConfig();
    includeClientScopes = config.getBoolean("include-client-scopes", true);
  }

  @Override
  public WellKnownProvider create(KeycloakSession session) {
    return new PackMetadata(session, settings, getOpenidConfigOverride(), includeClientScopes);
  }
}
