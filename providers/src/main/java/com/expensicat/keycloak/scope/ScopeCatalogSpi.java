package com.expensicat.keycloak.scope;

import com.expensicat.keycloak.PackSpi;

/** The SPI {@code scope-catalog}. */
public final class ScopeCatalogSpi extends PackSpi {

  public ScopeCatalogSpi() {
    super("scope-catalog", false, ScopeCatalogProvider.class, ScopeCatalogProviderFactory.class);
  }
}
