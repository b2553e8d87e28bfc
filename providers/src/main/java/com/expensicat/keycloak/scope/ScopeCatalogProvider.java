package com.expensicat.keycloak.scope;

import java.util.List;
import org.keycloak.provider.Provider;

/** The scopes that the API has. Another catalog is another provider of this SPI. */
public interface ScopeCatalogProvider extends Provider {

  /** All scopes, in the order in which they are to be shown. */
  List<CatalogScope> scopes();

  /** Whether {@code name} is a scope of the catalog. */
  default boolean contains(String name) {
    return scopes().stream().anyMatch(scope -> scope.name().equals(name));
  }

  @Override
  default void close() {}
}
