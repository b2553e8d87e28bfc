package com.expensicat.keycloak.session.issuer;

import com.expensicat.keycloak.ReplacingProviderFactory;
import org.keycloak.models.IdentityProviderStorageProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.cache.infinispan.idp.InfinispanIdentityProviderStorageProviderFactory;

/** The storage of identity providers that Keycloak asks, before its own by {@link #order()}. */
public class PackIdentityProviderStorageProviderFactory
    extends InfinispanIdentityProviderStorageProviderFactory
    implements ReplacingProviderFactory<IdentityProviderStorageProvider> {

  @Override
  public String getId() {
    return "expensicat-listed";
  }

  @Override
  public int order() {
    return ORDER;
  }

  @Override
  public IdentityProviderStorageProvider create(KeycloakSession session) {
    return new PackIdentityProviderStorageProvider(session);
  }
}
