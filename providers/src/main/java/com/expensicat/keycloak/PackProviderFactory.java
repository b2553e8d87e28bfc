package com.expensicat.keycloak;

import org.keycloak.Config;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.Provider;
import org.keycloak.provider.ProviderFactory;

/** A factory of the pack's own, which has nothing to do at a start and an end unless it says so. */
public interface PackProviderFactory<T extends Provider> extends ProviderFactory<T> {

  @Override
  default void init(Config.Scope config) {}

  @Override
  default void postInit(KeycloakSessionFactory factory) {}

  @Override
  default void close() {}
}
