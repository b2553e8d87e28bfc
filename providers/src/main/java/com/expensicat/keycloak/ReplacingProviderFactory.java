package com.expensicat.keycloak;

import org.keycloak.provider.Provider;
import org.keycloak.provider.ProviderFactory;

/**
 * A factory that stands in the place of one of Keycloak's: of several with the same id, and of
 * those of an SPI with one provider, Keycloak takes the one of the highest order.
 */
public interface ReplacingProviderFactory<T extends Provider> extends ProviderFactory<T> {

  /** Above Keycloak's own, nearly all of which have 0. */
  int ORDER = 100;

  @Override
  default int order() {
    return ORDER;
  }
}
