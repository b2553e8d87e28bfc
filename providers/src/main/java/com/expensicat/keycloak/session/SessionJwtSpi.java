package com.expensicat.keycloak.session;

import org.keycloak.provider.Provider;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.provider.Spi;

/** The SPI {@code session-jwt}. */
public class SessionJwtSpi implements Spi {

  @Override
  public boolean isInternal() {
    return true;
  }

  @Override
  public String getName() {
    return "session-jwt";
  }

  @Override
  public Class<? extends Provider> getProviderClass() {
    return SessionJwtProvider.class;
  }

  @Override
  public Class<? extends ProviderFactory<?>> getProviderFactoryClass() {
    return SessionJwtProviderFactory.class;
  }
}
