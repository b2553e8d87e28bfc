package com.expensicat.keycloak.scope;

import java.util.List;

/**
 * How a scope of the catalog stands in a realm.
 *
 * @param scope the scope
 * @param id the id of its client scope, or {@code null} where it is missing
 * @param state what an admin is to know of it first
 * @param differences what mending it would change
 */
public record ScopeStatus(
    CatalogScope scope, String id, State state, List<ScopeDifference> differences) {

  /** The states that are possible. */
  public enum State {
    /** As the catalog says, and some application can ask for it. */
    IN_STEP,
    /** There, and not as the catalog says. */
    DRIFTED,
    /** Not there: it was deleted, or the catalog is newer than the realm. */
    MISSING,
    /** As the catalog says, and admins have taken it from every client: nobody can ask for it. */
    DISABLED
  }

  public ScopeStatus {
    differences = List.copyOf(differences);
  }
}
