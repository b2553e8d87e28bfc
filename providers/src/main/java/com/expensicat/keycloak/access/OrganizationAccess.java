package com.expensicat.keycloak.access;

import com.expensicat.keycloak.grant.EarlierGrants;
import com.expensicat.keycloak.grant.GrantEndings;
import com.expensicat.keycloak.organization.Organization;
import com.expensicat.keycloak.organization.OrganizationConsents;
import com.expensicat.keycloak.organization.OrganizationConsents.Granted;
import com.expensicat.keycloak.scope.ScopeWords;
import jakarta.ws.rs.NotFoundException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserConsentModel;
import org.keycloak.models.UserModel;
import org.keycloak.services.managers.UserConsentManager;

/**
 * The organisations that a person has granted an application access for. Keycloak shows and takes
 * away the consent to an application as a whole.
 *
 * @param client the application
 * @param of what is granted for each; one that is for none at all alone is not told apart
 */
public record OrganizationAccess(ClientModel client, List<OfOne> of) {

  /**
   * Access for one organisation.
   *
   * @param id its id; empty for none
   * @param name what people read of it
   * @param scopes names of what is granted
   */
  public record OfOne(String id, String name, List<String> scopes) {

    private static OfOne of(Granted granted) {
      return new OfOne(
          granted.organization().id(),
          granted.organization().name(),
          granted.scopes().stream().sorted().toList());
    }
  }

  /** Of one application; empty where a person has granted it nothing. */
  public static Optional<OrganizationAccess> to(
      KeycloakSession session, UserModel user, ClientModel client) {
    return consent(session, user, client)
        .map(consent -> new OrganizationAccess(client, list(session, user, consent)));
  }

  /** Of all applications to which a person has granted something. */
  public static Stream<OrganizationAccess> toAll(
      KeycloakSession session, RealmModel realm, UserModel user) {
    return UserConsentManager.getConsentsStream(session, realm, user)
        .map(consent -> new OrganizationAccess(consent.getClient(), list(session, user, consent)));
  }

  private static List<OfOne> list(
      KeycloakSession session, UserModel user, UserConsentModel consent) {
    List<OfOne> all =
        EarlierGrants.divide(session, user, consent).granted().stream()
            .filter(granted -> !granted.scopes().isEmpty())
            .map(OfOne::of)
            .sorted(Comparator.comparing(OfOne::name))
            .toList();
    return all.stream().allMatch(one -> one.id().isEmpty()) ? List.of() : all;
  }

  /**
   * Takes an application's access for one organisation away: consent, grants, and codes that nobody
   * has redeemed yet. That for others stays.
   *
   * @param clientId the application
   * @param organization its id; empty for none
   * @return which organisation that was
   * @throws NotFoundException if nothing is granted for it
   */
  public static Organization takeAway(
      KeycloakSession session, UserModel user, String clientId, String organization) {
    OrganizationConsents organizations =
        Optional.ofNullable(session.getContext().getRealm().getClientByClientId(clientId))
            .flatMap(client -> consent(session, user, client))
            .map(consent -> EarlierGrants.divide(session, user, consent))
            .orElseThrow(OrganizationAccess::notGranted);
    Organization found =
        organizations.granted().stream()
            .filter(granted -> !granted.scopes().isEmpty())
            .map(Granted::organization)
            .filter(one -> one.id().equals(organization))
            .findFirst()
            .orElseThrow(OrganizationAccess::notGranted);
    takeAway(session, organizations, found);
    GrantEndings.takeAway(session, user, organizations.consent().getClient(), organization);
    return found;
  }

  private static NotFoundException notGranted() {
    return new NotFoundException("Nothing is granted for that");
  }

  private static void takeAway(
      KeycloakSession session, OrganizationConsents organizations, Organization organization) {
    UserModel user = organizations.user();
    UserConsentModel consent = organizations.consent();
    ClientModel client = consent.getClient();
    Set<String> ofOthers = organizations.ofOthers(organization.id());
    if (ofOthers.isEmpty()) {
      UserConsentManager.revokeConsentToClient(session, client, user);
      return;
    }
    organizations.set(organization, Set.of());
    UserConsentModel left = new UserConsentModel(client);
    consent.getGrantedClientScopes().stream()
        .filter(scope -> ofOthers.contains(ScopeWords.name(scope)))
        .forEach(left::addGrantedClientScope);
    UserConsentManager.updateConsent(session, client.getRealm(), user, left);
  }

  private static Optional<UserConsentModel> consent(
      KeycloakSession session, UserModel user, ClientModel client) {
    return Optional.ofNullable(
        UserConsentManager.getConsentByClient(session, client.getRealm(), user, client.getId()));
  }
}
