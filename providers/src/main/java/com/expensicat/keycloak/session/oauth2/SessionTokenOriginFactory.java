package com.expensicat.keycloak.session.oauth2;

import com.expensicat.keycloak.PackProviderFactory;
import com.expensicat.keycloak.session.SessionJwtProvider;
import com.expensicat.keycloak.session.issuer.IssuerSettings;
import com.expensicat.keycloak.token.TokenOrigin;
import com.expensicat.keycloak.token.TokenOriginFactory;
import org.keycloak.models.KeycloakSession;

/** Has access tokens that were exchanged for session JWTs end with them. */
public class SessionTokenOriginFactory
    implements TokenOriginFactory, PackProviderFactory<TokenOrigin> {

  @Override
  public String getId() {
    return IssuerSettings.PROVIDER_ID;
  }

  @Override
  public TokenOrigin create(KeycloakSession session) {
    return token -> session.getProvider(SessionJwtProvider.class).scopes(token);
  }
}
