package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.PackProviderFactory;
import com.expensicat.keycloak.ReplacingProviderFactory;
import com.expensicat.keycloak.cluster.Partition;
import java.util.Comparator;
import org.keycloak.common.util.Time;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RevokedTokenProvider;
import org.keycloak.models.RevokedTokenProviderFactory;
import org.keycloak.models.jpa.entities.RevokedTokenEntity;
import org.keycloak.models.utils.PostMigrationEvent;

/**
 * Keycloak's revoked tokens, among which is every token of a grant that has ended. Keycloak asks
 * for a token's {@code jti} wherever one is shown: at introspection, userinfo, exchange, and at the
 * addresses of account and admin. They are in memory on all nodes, and where one may have missed
 * some ({@link Partition#isInDoubt}), it asks the table that they are in as well.
 */
public class PackRevokedTokenProviderFactory
    implements RevokedTokenProviderFactory<RevokedTokenProvider>,
        PackProviderFactory<RevokedTokenProvider>,
        ReplacingProviderFactory<RevokedTokenProvider> {

  private String keycloaks;

  @Override
  public String getId() {
    return "expensicat-grants";
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {
    keycloaks =
        factory
            .getProviderFactoriesStream(RevokedTokenProvider.class)
            .filter(other -> other != this)
            .max(Comparator.comparingInt(other -> other.order()))
            .orElseThrow()
            .getId();
    factory.register(
        event -> {
          if (event instanceof PostMigrationEvent started) {
            Partition.watch(started.getFactory());
          }
        });
  }

  @Override
  public RevokedTokenProvider create(KeycloakSession session) {
    return new Revocation(session, session.getProvider(RevokedTokenProvider.class, keycloaks));
  }

  private record Revocation(KeycloakSession session, RevokedTokenProvider tokens)
      implements RevokedTokenProvider {

    @Override
    public boolean put(String id, long lifespanSeconds) {
      return tokens.put(id, lifespanSeconds);
    }

    @Override
    public boolean contains(String id) {
      return isRevoked(id)
          || Grant.of(id).map(EndedGrants::key).filter(this::isRevoked).isPresent();
    }

    private boolean isRevoked(String id) {
      return tokens.contains(id) || (Partition.isInDoubt() && isInTable(id));
    }

    private boolean isInTable(String id) {
      RevokedTokenEntity row =
          session
              .getProvider(JpaConnectionProvider.class)
              .getEntityManager()
              .find(RevokedTokenEntity.class, id);
      return row != null && row.getExpire() > Time.currentTimeSeconds();
    }

    @Override
    public void close() {}
  }
}
