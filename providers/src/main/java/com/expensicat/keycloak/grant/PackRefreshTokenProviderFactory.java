package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.ReplacingProviderFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.refresh.DefaultRefreshTokenProviderFactory;
import org.keycloak.protocol.oidc.refresh.RefreshTokenProvider;

/** Refresh tokens of the pack's realm; those of other realms go to Keycloak's own provider. */
public class PackRefreshTokenProviderFactory extends DefaultRefreshTokenProviderFactory
    implements ReplacingProviderFactory<RefreshTokenProvider> {

  @Override
  public String getId() {
    return "expensicat-grants";
  }

  @Override
  public RefreshTokenProvider create(KeycloakSession session) {
    return new PackRefreshTokenProvider(session, isInPackRealm(session));
  }
}
