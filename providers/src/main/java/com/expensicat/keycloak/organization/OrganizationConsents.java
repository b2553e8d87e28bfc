package com.expensicat.keycloak.organization;

import com.expensicat.keycloak.RealmNeed;
import com.expensicat.keycloak.UserAttributes;
import com.expensicat.keycloak.scope.ScopeWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserConsentModel;
import org.keycloak.models.UserModel;
import org.keycloak.util.JsonSerialization;

/**
 * What of a person's consent to an application counts for which organisation. Keycloak's consent
 * knows of none, and keeps a parameter for scopes alone that are parameterised; so it holds what
 * was granted for any of them, and what it does not hold counts for none: whoever takes consent
 * away there, in whatever way, takes it away here. A consent that is given anew begins with none.
 *
 * @param consent what Keycloak has
 * @param earlier ids of the organisations of grants from before organisations were told apart
 */
public record OrganizationConsents(
    UserModel user, UserConsentModel consent, Supplier<Set<String>> earlier) {

  private static final String ATTRIBUTE = "expensicat.organization-consents";

  /** The attribute in the user profile of the context's realm. */
  public static RealmNeed attribute(KeycloakSession session) {
    return UserAttributes.declared(session, ATTRIBUTE, "Consents by organisation", true);
  }

  /**
   * What is granted for one organisation.
   *
   * @param organization which; {@link Organization#NONE} for none
   * @param scopes names
   */
  public record Granted(Organization organization, Set<String> scopes) {

    private Granted within(Set<String> all) {
      Set<String> left = new TreeSet<>(scopes);
      left.retainAll(all);
      return new Granted(organization, left);
    }
  }

  /**
   * A row of the attribute.
   *
   * @param clientUuid the application's id in the realm
   * @param since when the consent was given first, in milliseconds since the epoch
   */
  private record Row(String clientUuid, long since, Granted granted) {

    private static final int SCOPES = 4;

    static Row read(String text) {
      List<?> values = JsonSerialization.valueFromString(text, List.class);
      return new Row(
          (String) values.get(0),
          ((Number) values.get(1)).longValue(),
          new Granted(
              new Organization((String) values.get(2), (String) values.get(3)),
              values.subList(SCOPES, values.size()).stream()
                  .map(String.class::cast)
                  .collect(Collectors.toCollection(TreeSet::new))));
    }

    String text() {
      Organization organization = granted.organization();
      List<Object> values =
          new ArrayList<>(List.of(clientUuid, since, organization.id(), organization.name()));
      values.addAll(granted.scopes());
      return JsonSerialization.valueAsString(values);
    }
  }

  private Set<String> all() {
    return consent.getGrantedClientScopes().stream()
        .map(ScopeWords::name)
        .collect(Collectors.toSet());
  }

  private List<Granted> kept() {
    Set<String> all = all();
    return user.getAttributeStream(ATTRIBUTE)
        .map(Row::read)
        .filter(row -> row.clientUuid().equals(consent.getClient().getId()))
        .filter(row -> row.since() == consent.getCreatedDate())
        .map(row -> row.granted().within(all))
        .toList();
  }

  /**
   * What is granted for each. As long as nobody has been asked for one, all of it is granted for
   * none and for those that tokens from before say.
   */
  public List<Granted> granted() {
    List<Granted> kept = kept();
    return kept.isEmpty()
        ? Stream.concat(
                Stream.of(Organization.NONE),
                earlier.get().stream().map(id -> new Organization(id, id)))
            .map(organization -> new Granted(organization, all()))
            .toList()
        : kept;
  }

  /**
   * What is granted for an organisation.
   *
   * @param id its id; empty for none
   * @return names of scopes
   */
  public Set<String> of(String id) {
    return id.isEmpty() && kept().isEmpty()
        ? all()
        : granted().stream()
            .filter(one -> one.organization().id().equals(id))
            .findFirst()
            .map(Granted::scopes)
            .orElse(Set.of());
  }

  /** Whether all of some scopes that a person is asked for are granted for an organisation. */
  public boolean cover(String id, Stream<ClientScopeModel> scopes) {
    Set<String> granted = of(id);
    return scopes
        .filter(ClientScopeModel::isDisplayOnConsentScreen)
        .map(ScopeWords::name)
        .allMatch(granted::contains);
  }

  /** What is granted for any other organisation. */
  public Set<String> ofOthers(String id) {
    return others(id).flatMap(one -> one.scopes().stream()).collect(Collectors.toSet());
  }

  private Stream<Granted> others(String id) {
    return granted().stream().filter(one -> !one.organization().id().equals(id));
  }

  /**
   * Keeps what is granted for an organisation; what is granted for others stays.
   *
   * @param scopes names; none where it is taken away
   */
  public void set(Organization organization, Set<String> scopes) {
    if (!kept().isEmpty() || !organization.equals(Organization.NONE)) {
      keep(Stream.concat(others(organization.id()), Stream.of(new Granted(organization, scopes))));
    }
  }

  /** Keeps what is granted by a consent for an organisation, and for no other. */
  public static void begin(
      UserModel user, UserConsentModel consent, Organization organization, Set<String> scopes) {
    if (!organization.equals(Organization.NONE)) {
      new OrganizationConsents(user, consent, Set::of)
          .keep(Stream.of(new Granted(organization, scopes)));
    }
  }

  private void keep(Stream<Granted> granted) {
    String clientUuid = consent.getClient().getId();
    user.setAttribute(
        ATTRIBUTE,
        Stream.concat(
                user.getAttributeStream(ATTRIBUTE)
                    .map(Row::read)
                    .filter(row -> !row.clientUuid().equals(clientUuid)),
                granted.map(one -> new Row(clientUuid, consent.getCreatedDate(), one)))
            .map(Row::text)
            .toList());
  }
}
