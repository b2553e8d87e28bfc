package com.expensicat.keycloak;

import org.keycloak.models.KeycloakSession;
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

  /** Whether a request is one to the pack's realm, outside of which most leave all to Keycloak. */
  default boolean isInPackRealm(KeycloakSession session) {
    return PackSettings.get().isPackRealm(session.getContext().getRealm());
  }
}
