package com.expensicat.keycloak.resource;

import com.expensicat.keycloak.KeptWithRealm;
import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.scope.CatalogScope;
import com.expensicat.keycloak.scope.ScopeCatalogProvider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/**
 * The protected resources of the pack's realm: the API, and those that the realm's settings or the
 * catalog name.
 *
 * @param all the API first
 */
public record ProtectedResources(List<ProtectedResource> all) {

  /** Those of the pack's realm. An address that is none counts as not set. */
  public static ProtectedResources of(KeycloakSession session, RealmModel realm) {
    return KeptWithRealm.get(
        realm,
        ProtectedResources.class,
        realm.getAttributes(),
        attributes -> read(attributes, session.getProvider(ScopeCatalogProvider.class).scopes()));
  }

  private static ProtectedResources read(
      Map<String, String> attributes, List<CatalogScope> catalog) {
    return new ProtectedResources(
        ResourceSettings.all(attributes, catalog).stream()
            .map(settings -> read(settings, catalog))
            .toList());
  }

  private static ProtectedResource read(ResourceSettings settings, List<CatalogScope> catalog) {
    boolean isApi = PackSettings.get().audience().equals(settings.audience());
    Optional<String> address = settings.address().filter(PackSettings::isAddress);
    return new ProtectedResource(
        settings.audience(),
        settings.name(),
        isApi ? address.or(PackSettings.get()::apiAddress) : address,
        catalog.stream()
            .filter(
                scope ->
                    settings
                        .scopes()
                        .map(names -> names.contains(scope.name()))
                        .orElseGet(
                            () -> scope.resource().map(settings.audience()::equals).orElse(isApi)))
            .map(CatalogScope::name)
            .toList());
  }

  /** The API. */
  public ProtectedResource api() {
    return all.get(0);
  }

  /** The one at that address. */
  public Optional<ProtectedResource> at(String address) {
    return all.stream().filter(resource -> resource.isAt(address)).findFirst();
  }

  /** The one that has that address or that audience. */
  public Optional<ProtectedResource> named(String audienceOrAddress) {
    return all.stream().filter(resource -> resource.isNamed(audienceOrAddress)).findFirst();
  }

  /**
   * The one whose address has that path, which its metadata is found by.
   *
   * @param path with a slash in front; empty for none
   */
  public Optional<ProtectedResource> atPath(String path) {
    return all.stream().filter(resource -> resource.hasPath(path)).findFirst();
  }
}
