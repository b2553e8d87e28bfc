package com.expensicat.keycloak.scope;

import static com.expensicat.keycloak.database.ClientSearch.hasAttribute;

import com.expensicat.keycloak.client.Applications;
import com.expensicat.keycloak.client.BuiltInClients;
import com.expensicat.keycloak.database.ClientSearch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/**
 * Which scopes of the catalog a client has. All of them as optional scopes is the rule and needs no
 * note; what an admin decided otherwise is noted on the client itself, because Keycloak forgets
 * every assignment of a client scope when the scope is deleted.
 */
public final class ScopeAssignments {

  /** Client attribute: scopes that an admin took from the client, divided by spaces. */
  static final String WITHHELD = "expensicat.scopes.withheld";

  /** Client attribute: scopes that an admin made default scopes of the client. */
  static final String DEFAULT = "expensicat.scopes.default";

  /** How many clients are named in one statement. */
  private static final int PAGE = 1000;

  /** A client with each scope of the catalog: whether it has it, and what is noted of that. */
  private static final String EACH_SCOPE =
      "join ClientScopeEntity s on s.id in (:scopes)"
          + " left join ClientScopeClientMappingEntity m"
          + " on m.clientId = c.id and m.clientScopeId = s.id"
          + noted("withheld", WITHHELD)
          + noted("byDefault", DEFAULT);

  private static final String NOTED_OTHERWISE =
      "m.clientId is null and withheld.name is null"
          + " or m.clientId is not null and withheld.name is not null"
          + " or m.defaultScope = true and byDefault.name is null"
          + " or coalesce(m.defaultScope, false) = false and byDefault.name is not null";

  private static final String HAS_SCOPE =
      "exists (select 1 from ClientScopeClientMappingEntity m"
          + " where m.clientId = c.id and m.clientScopeId in (:scopes))";

  private static final String HAS_BY_DEFAULT =
      "exists (select 1 from ClientScopeClientMappingEntity m"
          + " where m.clientId = c.id and m.clientScopeId in (:scopes) and m.defaultScope = true)";

  private static final String GIVE =
      "insert into ClientScopeClientMappingEntity (clientScopeId, defaultScope, clientId)"
          + " select :scope, false, c.id from %s";

  private static final String TAKE =
      "delete from ClientScopeClientMappingEntity where clientScopeId = :scope"
          + " and clientId in (select c.id from %s)";

  private static final String MAKE_DEFAULT =
      "update ClientScopeClientMappingEntity set defaultScope = true"
          + " where clientScopeId = :scope"
          + " and clientId in (select c.id from %s)";

  private final KeycloakSession session;
  private final ScopeCatalogProvider catalog;

  /**
   * @param session the session of the request
   */
  public ScopeAssignments(KeycloakSession session) {
    this.session = session;
    this.catalog = session.getProvider(ScopeCatalogProvider.class);
  }

  /**
   * How a client's assignments differ from the rule.
   *
   * @param withheld names of scopes that it does not have
   * @param byDefault names of scopes that it has as default scopes
   */
  private record Notes(Set<String> withheld, Set<String> byDefault) {

    static Notes of(UnaryOperator<String> attributes) {
      return new Notes(words(attributes.apply(WITHHELD)), words(attributes.apply(DEFAULT)));
    }

    private static Set<String> words(String text) {
      return text == null || text.isBlank()
          ? Set.of()
          : new TreeSet<>(Arrays.asList(text.split(" ", -1)));
    }

    /**
     * What is to be noted; of scopes that the realm lacks at the moment, what was noted.
     *
     * @param present the catalog's scopes in the realm
     * @param assigned those that the client has, and whether as default scopes
     */
    Notes updated(Set<String> present, Map<String, Boolean> assigned) {
      Set<String> newWithheld = new TreeSet<>(withheld);
      Set<String> newDefaults = new TreeSet<>(byDefault);
      for (String name : present) {
        set(newWithheld, name, !assigned.containsKey(name));
        set(newDefaults, name, assigned.getOrDefault(name, false));
      }
      return new Notes(newWithheld, newDefaults);
    }

    private static void set(Set<String> names, String name, boolean member) {
      if (member) {
        names.add(name);
      } else {
        names.remove(name);
      }
    }
  }

  /**
   * Notes on a client how its assignments differ from the rule; from Keycloak's built-in clients it
   * takes the scopes instead.
   */
  public void remember(ClientModel client) {
    if (BuiltInClients.contains(client)) {
      takeAll(client);
      return;
    }
    if (!Applications.contains(client)) {
      return;
    }
    Map<String, Boolean> assigned = new HashMap<>();
    client.getClientScopes(false).keySet().forEach(name -> assigned.put(name, false));
    client.getClientScopes(true).keySet().forEach(name -> assigned.put(name, true));
    Notes noted = Notes.of(client::getAttribute);
    Notes notes = noted.updated(Set.copyOf(present(client.getRealm()).values()), assigned);
    if (!notes.equals(noted)) {
      note(client, WITHHELD, notes.withheld());
      note(client, DEFAULT, notes.byDefault());
    }
  }

  /** The ids of the clients that {@link #remember} would change. */
  public Set<String> forgotten(RealmModel realm) {
    Map<String, String> present = present(realm);
    if (present.isEmpty()) {
      return Set.of();
    }
    Map<String, Set<String>> scopes = Map.of("scopes", present.keySet());
    Set<String> found =
        new LinkedHashSet<>(ClientSearch.amongBuiltIn(session, realm).ids(HAS_SCOPE, scopes));
    found.addAll(
        ClientSearch.amongApplications(session, realm)
            .with(EACH_SCOPE)
            .ids(NOTED_OTHERWISE, scopes));
    return found;
  }

  private static Stream<List<String>> pages(List<String> clients) {
    return IntStream.iterate(0, done -> done < clients.size(), done -> done + PAGE)
        .mapToObj(done -> clients.subList(done, Math.min(done + PAGE, clients.size())));
  }

  /**
   * The names of the catalog's scopes that the realm has, by the ids of the client scopes. One that
   * others made, and that was given to nobody yet, is not among them: that a client does not have
   * it is nobody's decision.
   */
  private Map<String, String> present(RealmModel realm) {
    return realm
        .getClientScopesStream()
        .filter(scope -> catalog.contains(scope.getName()))
        .filter(scope -> scope.getName().equals(scope.getAttribute(ScopeReconciler.CATALOG_NAME)))
        .collect(Collectors.toMap(ClientScopeModel::getId, ClientScopeModel::getName));
  }

  /**
   * Gives a scope that is new to the catalog's realm to the clients, as they had it before where
   * that is noted. Keycloak's statement for it, which also tells the caches of all nodes, knows no
   * notes and fails where a client has the scope; it takes in Keycloak's own clients, and leaves
   * out those that have no protocol, which means OpenID Connect, or only show bearer tokens.
   *
   * @param keepsDefaults whether a client that has it as a default scope keeps it so
   */
  void give(ClientScopeModel scope, boolean keepsDefaults) {
    RealmModel realm = scope.getRealm();
    ClientSearch all = ClientSearch.amongAll(session, realm);
    ClientSearch applications = ClientSearch.amongApplications(session, realm);
    Map<String, String> id = Map.of("scope", scope.getId());
    Map<String, String> idAndWord =
        Map.of("scope", scope.getId(), "word", " " + scope.getName() + " ");
    List<String> byDefault =
        keepsDefaults ? all.ids(HAS_BY_DEFAULT, Map.of("scopes", scope.getId())) : List.of();
    all.execute(TAKE, "1 = 1", id);
    session.clients().addClientScopeToAllClients(realm, scope, false);
    applications.execute(GIVE, "c.protocol is null or c.bearerOnly = true", id);
    ClientSearch.amongBuiltIn(session, realm).execute(TAKE, "1 = 1", id);
    all.execute(TAKE, notes(WITHHELD), idAndWord);
    all.execute(MAKE_DEFAULT, notes(DEFAULT), idAndWord);
    pages(byDefault)
        .forEach(
            page ->
                all.execute(
                    MAKE_DEFAULT,
                    "c.id in (:clients)",
                    Map.of("scope", scope.getId(), "clients", page)));
  }

  private static String notes(String attribute) {
    return hasAttribute(attribute, "locate(:word, concat(' ', a.value, ' ')) > 0");
  }

  private static String noted(String alias, String attribute) {
    return " left join ClientAttributeEntity %1$s on %1$s.client = c and %1$s.name = '%2$s' and locate(concat(' ', s.name, ' '), concat(' ', %1$s.value, ' ')) > 0"
        .formatted(alias, attribute);
  }

  /** How many clients have the scope. */
  long count(ClientScopeModel scope) {
    return ClientSearch.amongAll(session, scope.getRealm())
        .count(HAS_SCOPE, Map.of("scopes", scope.getId()));
  }

  /** Whether any client has the scope. */
  boolean isAssigned(ClientScopeModel scope) {
    return clientsWith(scope, 0, 1).findAny().isPresent();
  }

  /**
   * The clients that have the scope, as default or optional scope, in Keycloak's order.
   *
   * @param first how many to leave out
   * @param max how many at most
   */
  public Stream<ClientModel> clientsWith(ClientScopeModel scope, int first, int max) {
    RealmModel realm = scope.getRealm();
    return ClientSearch.amongAll(session, realm)
        .ids(HAS_SCOPE, Map.of("scopes", scope.getId()), first, max)
        .stream()
        .map(realm::getClientById)
        .filter(Objects::nonNull);
  }

  private void takeAll(ClientModel client) {
    for (boolean byDefault : new boolean[] {false, true}) {
      client.getClientScopes(byDefault).values().stream()
          .filter(scope -> catalog.contains(scope.getName()))
          .toList()
          .forEach(client::removeClientScope);
    }
  }

  private static void note(ClientModel client, String attribute, Set<String> names) {
    if (names.isEmpty()) {
      client.removeAttribute(attribute);
    } else {
      client.setAttribute(attribute, String.join(" ", names));
    }
  }
}
