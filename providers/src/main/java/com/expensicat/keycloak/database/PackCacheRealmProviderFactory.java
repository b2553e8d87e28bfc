package com.expensicat.keycloak.database;

import com.expensicat.keycloak.ReplacingProviderFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RoleModel;
import org.keycloak.models.cache.CacheRealmProvider;
import org.keycloak.models.cache.infinispan.InfinispanCacheRealmProviderFactory;
import org.keycloak.models.cache.infinispan.RealmCacheManager;
import org.keycloak.models.cache.infinispan.RealmCacheSession;
import org.keycloak.models.cache.infinispan.entities.RoleListQuery;

/**
 * Keycloak's cache of realms, in its place by {@link #order()}, without what makes each token cost
 * more than it need: {@code RealmCacheSession.getClientRolesStream} keeps only lists that are not
 * empty, and so asks the database each time for a client without roles, as applications are; and
 * {@code getClientScopes} looks up every scope of a client each time, which is several times in
 * most requests.
 */
public class PackCacheRealmProviderFactory extends InfinispanCacheRealmProviderFactory
    implements ReplacingProviderFactory<CacheRealmProvider> {

  @Override
  public int order() {
    return ORDER;
  }

  @Override
  public CacheRealmProvider create(KeycloakSession session) {
    if (realmCache == null) {
      super.create(session).close();
    }
    return new Realms(realmCache, session);
  }

  private static final class Realms extends RealmCacheSession {

    private static final int MOST_ASSIGNED = 16;

    private final Map<String, Map<String, ClientScopeModel>> assigned = new HashMap<>();

    Realms(RealmCacheManager cache, KeycloakSession session) {
      super(cache, session);
    }

    @Override
    public Stream<RoleModel> getClientRolesStream(ClientModel client) {
      String key = client.getId() + ROLES_QUERY_SUFFIX; // as getRolesCacheKey makes it
      long loaded = cache.getCurrentRevision(key);
      List<RoleModel> roles = super.getClientRolesStream(client).toList();
      if (roles.isEmpty() && !isChanging() && cache.get(key, RoleListQuery.class) == null) {
        cache.addRevisioned(
            new RoleListQuery(loaded, key, client.getRealm(), Set.of(), client.getClientId()),
            startupRevision);
      }
      return roles.stream();
    }

    /** A request that changes nothing sees the scopes of a client as they were first. */
    @Override
    public Map<String, ClientScopeModel> getClientScopes(
        RealmModel realm, ClientModel client, boolean defaultScopes) {
      String key = client.getId() + defaultScopes;
      Map<String, ClientScopeModel> known = isChanging() ? null : assigned.get(key);
      if (known == null) {
        known = super.getClientScopes(realm, client, defaultScopes);
        if (assigned.size() == MOST_ASSIGNED) {
          assigned.clear(); // whoever goes through all clients does not come back
        }
        assigned.put(key, known);
      }
      return known == null ? null : new HashMap<>(known);
    }

    /** Whether this request has changed anything, of which it must see each change. */
    private boolean isChanging() {
      return !invalidations.isEmpty() || !listInvalidations.isEmpty();
    }
  }
}
