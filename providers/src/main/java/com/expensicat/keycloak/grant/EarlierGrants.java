package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.grant.GrantStore.Known;
import com.expensicat.keycloak.organization.ActiveOrganization;
import com.expensicat.keycloak.organization.OrganizationConsents;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserConsentModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;

/** Grants from before an organisation was a part of each, whose tokens said the session's. */
public final class EarlierGrants {

  private EarlierGrants() {}

  /** A consent by organisations, where these grants say whose it was before. */
  public static OrganizationConsents divide(
      KeycloakSession session, UserModel user, UserConsentModel consent) {
    return new OrganizationConsents(
        user, consent, () -> organizations(session, user, consent.getClient()));
  }

  /** The ids of the organisations that a person's tokens for an application say. */
  private static Set<String> organizations(
      KeycloakSession session, UserModel user, ClientModel client) {
    return GrantStore.of(session).stream()
        .flatMap(store -> store.grants(client.getRealm(), user, client))
        .filter(known -> known.organization() == null)
        .map(known -> organization(session, known))
        .filter(Predicate.not(String::isEmpty))
        .collect(Collectors.toSet());
  }

  /** The id of a grant's organisation; empty for none. */
  static String organization(KeycloakSession session, Known known) {
    if (known.organization() != null) {
      return known.organization();
    }
    RealmModel realm = session.getContext().getRealm();
    String id = known.carrier().userSessionId();
    UserSessionModel userSession =
        known.carrier().offline()
            ? session.sessions().getOfflineUserSession(realm, id)
            : session.sessions().getUserSession(realm, id);
    return Optional.ofNullable(userSession)
        .map(found -> found.getNote(ActiveOrganization.NOTE))
        .orElse("");
  }
}
