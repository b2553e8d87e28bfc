package com.expensicat.keycloak.endpoint;

import org.keycloak.protocol.oauth2.OAuth2WellKnownProviderFactory;

/** The same metadata as {@code oauth-authorization-server} (RFC 8414 3). */
public class PackOAuth2WellKnownProviderFactory extends PackOpenIdWellKnownProviderFactory {

  @Override
  public String getId() {
    return OAuth2WellKnownProviderFactory.PROVIDER_ID;
  }

  @Override
  public boolean isAvailableViaServerMetadata() {
    return true;
  }
}
