package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.ReplacingProviderFactory;
import jakarta.persistence.EntityManager;
import org.keycloak.Config;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.jpa.session.JpaUserSessionPersisterProviderFactory;
import org.keycloak.models.session.UserSessionPersisterProvider;

/** Puts the {@link GrantStore} into the place of Keycloak's, whose options it keeps. */
public class PackUserSessionPersisterProviderFactory extends JpaUserSessionPersisterProviderFactory
    implements ReplacingProviderFactory<UserSessionPersisterProvider> {

  private static final String EXPIRATION_BATCH = "expirationBatch";

  private int expirationBatch;

  @Override
  public int order() {
    return 2 * ORDER; // Keycloak's own is 100
  }

  @Override
  public void init(Config.Scope config) {
    super.init(config);
    expirationBatch = Math.max(1, config.getInt(EXPIRATION_BATCH, DEFAULT_EXPIRATION_BATCH));
  }

  @Override
  public UserSessionPersisterProvider create(KeycloakSession session) {
    EntityManager entities = session.getProvider(JpaConnectionProvider.class).getEntityManager();
    return new GrantStore(session, entities, expirationBatch);
  }
}
