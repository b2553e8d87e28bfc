package com.expensicat.keycloak.scope;

import org.keycloak.provider.Provider;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.provider.Spi;

/** The SPI {@code scope-catalog}. */
public class ScopeCatalogSpi implements Spi {

  @Override
  public boolean isInternal() {
    return false;
  }

  @Override
  public String getName() {
    return "scope-catalog";
  }

  @Override
  public Class<? extends Provider> getProviderClass() {
    return ScopeCatalogProvider.class;
  }

  @Override
  public Class<? extends ProviderFactory<?>> getProviderFactoryClass() {
    return ScopeCatalogProviderFactory.class;
  }
}
