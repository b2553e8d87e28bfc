package com.expensicat.keycloak;

import org.keycloak.provider.Provider;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.provider.Spi;

/** An SPI of the pack's own. */
public abstract class PackSpi implements Spi {

  private final String name;
  private final boolean internal;
  private final Class<? extends Provider> provider;
  private final Class<? extends ProviderFactory<?>> factory;

  /**
   * @param name by which options name it
   * @param internal whether nobody else is to provide it: Keycloak logs a warning where one does
   */
  protected PackSpi(
      String name,
      boolean internal,
      Class<? extends Provider> provider,
      Class<? extends ProviderFactory<?>> factory) {
    this.name = name;
    this.internal = internal;
    this.provider = provider;
    this.factory = factory;
  }

  @Override
  public boolean isInternal() {
    return internal;
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public Class<? extends Provider> getProviderClass() {
    return provider;
  }

  @Override
  public Class<? extends ProviderFactory<?>> getProviderFactoryClass() {
    return factory;
  }
}
