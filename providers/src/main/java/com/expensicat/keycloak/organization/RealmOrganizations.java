package com.expensicat.keycloak.organization;

import java.util.Comparator;
import java.util.stream.Stream;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.OrganizationModel;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.organization.OrganizationProvider;
import org.keycloak.organization.utils.Organizations;

/** Keycloak's own organisations, which an admin makes in the realm. */
public final class RealmOrganizations {

  private RealmOrganizations() {}

  /** Those that hold a person, and are not disabled, by their names. */
  static Stream<Organization> of(KeycloakSession session, RealmModel realm, UserModel user) {
    return arePresent(session, realm)
        ? provider(session)
            .getByMember(user)
            .filter(OrganizationModel::isEnabled)
            .map(one -> new Organization(one.getId(), one.getName()))
            .sorted(Comparator.comparing(Organization::name))
        : Stream.empty();
  }

  /** Whether an id is that of one which is disabled. */
  public static boolean isDisabled(KeycloakSession session, RealmModel realm, String id) {
    if (id.isEmpty() || !arePresent(session, realm)) {
      return false;
    }
    OrganizationModel found = provider(session).getById(id);
    return found != null && !found.isEnabled();
  }

  private static boolean arePresent(KeycloakSession session, RealmModel realm) {
    return realm.isOrganizationsEnabled()
        && Organizations.isEnabledAndOrganizationsPresent(session);
  }

  private static OrganizationProvider provider(KeycloakSession session) {
    return session.getProvider(OrganizationProvider.class);
  }
}
