package com.expensicat.keycloak.token;

import org.keycloak.provider.Provider;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.provider.Spi;

/** The SPI of what access tokens were exchanged for. */
public class TokenOriginSpi implements Spi {

  @Override
  public boolean isInternal() {
    return true;
  }

  @Override
  public String getName() {
    return "expensicat-token-origin";
  }

  @Override
  public Class<? extends Provider> getProviderClass() {
    return TokenOrigin.class;
  }

  @Override
  public Class<? extends ProviderFactory<?>> getProviderFactoryClass() {
    return TokenOriginFactory.class;
  }
}
