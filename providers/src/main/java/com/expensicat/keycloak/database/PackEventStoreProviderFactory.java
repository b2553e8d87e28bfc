package com.expensicat.keycloak.database;

import com.expensicat.keycloak.ReplacingProviderFactory;
import jakarta.persistence.EntityManager;
import org.keycloak.cache.LocalCache;
import org.keycloak.cache.LocalCacheConfiguration;
import org.keycloak.cache.LocalCacheProvider;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.events.EventStoreProvider;
import org.keycloak.events.jpa.JpaEventStoreProviderFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;

/**
 * Keycloak's storage of events, in its place by {@link #order()}; this node's counts for it.
 * Keycloak makes an entity manager for each request that may have an event, also where there is
 * none to store.
 */
public class PackEventStoreProviderFactory extends JpaEventStoreProviderFactory
    implements ReplacingProviderFactory<EventStoreProvider> {

  private static final int MOST_COUNTS = 10_000;

  private LocalCache<String, DailyCount> counts;

  @Override
  public void postInit(KeycloakSessionFactory factory) {
    super.postInit(factory);
    try (KeycloakSession session = factory.create()) {
      counts =
          session
              .getProvider(LocalCacheProvider.class)
              .create(
                  LocalCacheConfiguration.<String, DailyCount>builder()
                      .name("expensicat-errors")
                      .maxSize(MOST_COUNTS)
                      .loader(name -> new DailyCount())
                      .build());
    }
  }

  @Override
  public EventStoreProvider create(KeycloakSession session) {
    return new PackEventStoreProvider(session, entityManager(session), counts);
  }

  private static EntityManager entityManager(KeycloakSession session) {
    return MadeWhenUsed.of(
        EntityManager.class,
        () -> session.getProvider(JpaConnectionProvider.class).getEntityManager());
  }

  @Override
  public void close() {
    if (counts != null) {
      counts.close();
    }
    super.close();
  }
}
