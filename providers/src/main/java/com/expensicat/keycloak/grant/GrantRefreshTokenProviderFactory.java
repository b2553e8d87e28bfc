package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.PackSettings;
import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.refresh.DefaultRefreshTokenProviderFactory;
import org.keycloak.protocol.oidc.refresh.RefreshTokenProvider;

/** Refresh tokens of the pack's realm; those of other realms go to Keycloak's own provider. */
public class GrantRefreshTokenProviderFactory extends DefaultRefreshTokenProviderFactory {

  private PackSettings settings;

  @Override
  public String getId() {
    return "expensicat-grants";
  }

  @Override
  public int order() {
    return 100;
  }

  @Override
  public void init(Config.Scope config) {
    settings = PackSettings.fromConfig();
  }

  @Override
  public RefreshTokenProvider create(KeycloakSession session) {
    return new GrantRefreshTokenProvider(
        session, settings.isPackRealm(session.getContext().getRealm()));
  }
}
