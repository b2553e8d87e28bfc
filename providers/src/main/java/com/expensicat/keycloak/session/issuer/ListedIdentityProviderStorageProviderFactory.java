package com.expensicat.keycloak.session.issuer;

import org.keycloak.models.IdentityProviderStorageProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.cache.infinispan.idp.InfinispanIdentityProviderStorageProviderFactory;

/** The storage of identity providers that Keycloak asks, before its own by {@link #order()}. */
public class ListedIdentityProviderStorageProviderFactory
    extends InfinispanIdentityProviderStorageProviderFactory {

  @Override
  public String getId() {
    return "expensicat-listed";
  }

  @Override
  public int order() {
    return 100;
  }

  @Override
  public IdentityProviderStorageProvider create(KeycloakSession session) {
    return new ListedIdentityProviderStorageProvider(session);
  }
}
