package com.expensicat.keycloak.floor;

import java.util.Set;
import org.keycloak.models.RealmModel;

/**
 * The realms that the floor covers.
 *
 * @param realmNames their names; none when the floor is switched off
 */
public record Coverage(Set<String> realmNames) {

  static final Coverage NONE = new Coverage(Set.of());

  /** Whether the floor covers {@code realm}. */
  public boolean covers(RealmModel realm) {
    return realm != null && realmNames.contains(realm.getName());
  }
}
