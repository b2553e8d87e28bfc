package com.expensicat.keycloak.database;

import com.expensicat.keycloak.PackProviderFactory;
import com.expensicat.keycloak.ReplacingProviderFactory;
import org.keycloak.models.IdentityProviderStorageProvider;
import org.keycloak.models.IdentityProviderStorageProviderFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.jpa.JpaIdentityProviderStorageProvider;
import org.keycloak.models.jpa.JpaIdentityProviderStorageProviderFactory;

/**
 * Keycloak's storage of identity providers in the database, in its place by {@link #order()}.
 * Keycloak makes an entity manager for each request that looks one up, also where the cache knows
 * it.
 */
public class PackJpaIdentityProviderStorageProviderFactory
    implements IdentityProviderStorageProviderFactory<IdentityProviderStorageProvider>,
        PackProviderFactory<IdentityProviderStorageProvider>,
        ReplacingProviderFactory<IdentityProviderStorageProvider> {

  @Override
  public String getId() {
    return JpaIdentityProviderStorageProviderFactory.ID;
  }

  /** Below the cache's, which is to be asked first. */
  @Override
  public int order() {
    return ORDER - 1;
  }

  @Override
  public IdentityProviderStorageProvider create(KeycloakSession session) {
    return MadeWhenUsed.of(
        IdentityProviderStorageProvider.class,
        () -> new JpaIdentityProviderStorageProvider(session));
  }
}
