package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.PackProviderFactory;
import com.expensicat.keycloak.ReplacingProviderFactory;
import java.util.Comparator;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RevokedTokenProvider;
import org.keycloak.models.RevokedTokenProviderFactory;

/**
 * Keycloak's revoked tokens, among which is every token of a grant that has ended. Keycloak asks
 * for a token's {@code jti} wherever one is shown: at introspection, userinfo, exchange, and at the
 * addresses of account and admin.
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
  }

  @Override
  public RevokedTokenProvider create(KeycloakSession session) {
    return new Revocation(session.getProvider(RevokedTokenProvider.class, keycloaks));
  }

  private record Revocation(RevokedTokenProvider tokens) implements RevokedTokenProvider {

    @Override
    public boolean put(String id, long lifespanSeconds) {
      return tokens.put(id, lifespanSeconds);
    }

    @Override
    public boolean contains(String id) {
      return tokens.contains(id)
          || Grant.of(id).map(EndedGrants::key).filter(tokens::contains).isPresent();
    }

    @Override
    public void close() {}
  }
}
