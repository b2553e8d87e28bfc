package com.expensicat.keycloak.session.issuer;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.models.IdentityProviderModel;
import org.keycloak.models.IdentityProviderQuery;
import org.keycloak.models.IdentityProviderType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.cache.CacheRealmProvider;
import org.keycloak.models.cache.infinispan.RealmCacheSession;
import org.keycloak.models.cache.infinispan.idp.IdentityProviderListQuery;
import org.keycloak.models.cache.infinispan.idp.InfinispanIdentityProviderStorageProvider;

/**
 * Keycloak's cache of identity providers, with the list of all of a realm's in it. Keycloak keeps
 * each one by its alias and asks the database for the list, whenever a token or a client assertion
 * names an issuer that nobody has, which a stranger can do at will. Whoever looks for an issuer in
 * the list needs no database, and no memory of issuers that are not there.
 *
 * <p>The list lies where the rest of a realm lies: as long, and as right on every node.
 */
final class PackIdentityProviderStorageProvider extends InfinispanIdentityProviderStorageProvider {

  /** Behind a realm's id, the list's name in the cache. */
  private static final String SUFFIX = ".expensicat.idp.list";

  private static final String ALL = "";

  private final KeycloakSession session;
  private final RealmCacheSession cache;

  PackIdentityProviderStorageProvider(KeycloakSession session) {
    super(session);
    this.session = session;
    this.cache = (RealmCacheSession) session.getProvider(CacheRealmProvider.class);
  }

  @Override
  public Stream<IdentityProviderModel> getAllStream(
      IdentityProviderQuery query, Integer first, Integer max) {
    if (!isForAll(query) || first != null || max != null || cache.isInvalid(listName())) {
      return super.getAllStream(query, first, max);
    }
    IdentityProviderListQuery list =
        cache.getCache().get(listName(), IdentityProviderListQuery.class);
    return list == null
        ? listed(query)
        : list.getIDPs(ALL).stream().map(this::getById).filter(Objects::nonNull);
  }

  private static boolean isForAll(IdentityProviderQuery query) {
    Map<String, String> options = query.getOptions();
    return query.getType() == IdentityProviderType.ANY
        && query.getCapability() == null
        && (options == null || options.isEmpty());
  }

  private Stream<IdentityProviderModel> listed(IdentityProviderQuery query) {
    long revision = cache.getCache().getCurrentRevision(listName());
    List<IdentityProviderModel> all = super.getAllStream(query, null, null).toList();
    Set<String> ids =
        all.stream()
            .map(IdentityProviderModel::getInternalId)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    cache
        .getCache()
        .addRevisioned(
            new IdentityProviderListQuery(
                revision, listName(), session.getContext().getRealm(), ALL, ids),
            cache.getStartupRevision());
    return all.stream();
  }

  @Override
  public IdentityProviderModel create(IdentityProviderModel model) {
    cache.registerInvalidation(listName());
    return super.create(model);
  }

  /** The list is in the order of the aliases, which may change. */
  @Override
  public void update(IdentityProviderModel model) {
    cache.registerInvalidation(listName());
    super.update(model);
  }

  @Override
  public boolean remove(String alias) {
    cache.registerInvalidation(listName());
    return super.remove(alias);
  }

  private String listName() {
    return session.getContext().getRealm().getId() + SUFFIX;
  }
}
