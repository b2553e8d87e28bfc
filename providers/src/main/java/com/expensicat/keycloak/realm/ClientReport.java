package com.expensicat.keycloak.realm;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.client.Applications;
import com.expensicat.keycloak.client.RegisteredBy;
import com.expensicat.keycloak.database.ClientSearch;
import com.expensicat.keycloak.http.OAuthErrors;
import com.expensicat.keycloak.realm.ClientRule.Effect;
import com.expensicat.keycloak.scope.ScopeReconciler;
import com.expensicat.keycloak.token.ApiAudiencePostProcessorFactory;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;

/**
 * Which clients of a realm the pack refuses something, or changes, and why. Of a realm that is not
 * the pack's it says what would be if it were. Nothing is written, and the database finds the
 * clients: Keycloak's own are none of them.
 */
public final class ClientReport {

  private static final Logger logger = Logger.getLogger(ClientReport.class);

  /** How many clients are logged at once, one a line; of the others only how many there are. */
  private static final int MOST_LINES = 100;

  /** Session attribute: how many clients were logged. */
  private static final String LOGGED = ClientReport.class.getName();

  private final KeycloakSession session;
  private final RealmModel realm;
  private final List<ClientRule> rules;

  /** For the rules that are about scopes the names of these by their ids. */
  private final Map<ClientRule, Map<String, String>> scopes;

  private ClientReport(
      KeycloakSession session, RealmModel realm, Map<ClientRule, Map<String, String>> scopes) {
    this.session = session;
    this.realm = realm;
    this.scopes = scopes;
    PackSettings settings = PackSettings.get();
    boolean hasFloor =
        settings.isPackRealm(realm)
            ? settings.hasFloor(session, realm)
            : !settings.floorRealms(session.getKeycloakSessionFactory()).isEmpty();
    this.rules =
        Stream.of(ClientRule.values())
            .filter(rule -> hasFloor || rule.effect() != Effect.REFUSED)
            .filter(rule -> !rule.isAboutScopes() || scopes.containsKey(rule))
            .toList();
  }

  /**
   * The report of a realm.
   *
   * @param session the session of the request
   * @param realm any realm
   */
  public static ClientReport of(KeycloakSession session, RealmModel realm) {
    List<ClientScopeModel> foreign =
        new ScopeReconciler(session, realm, ApiAudiencePostProcessorFactory::mapper)
            .foreign()
            .filter(scope -> OIDCLoginProtocol.LOGIN_PROTOCOL.equals(scope.getProtocol()))
            .toList();
    List<ClientScopeModel> everybodys = realm.getDefaultClientScopesStream(true).toList();
    Map<ClientRule, Map<String, String>> scopes = new EnumMap<>(ClientRule.class);
    scopes.put(ClientRule.SERVICE_ACCOUNT_SCOPE, namesById(foreign.stream()));
    scopes.put(
        ClientRule.SCOPE_BY_DEFAULT, namesById(foreign.stream().filter(everybodys::contains)));
    scopes.values().removeIf(Map::isEmpty);
    return new ClientReport(session, realm, scopes);
  }

  private static Map<String, String> namesById(Stream<ClientScopeModel> scopes) {
    return scopes.collect(Collectors.toMap(ClientScopeModel::getId, ClientScopeModel::getName));
  }

  /**
   * The clients, in Keycloak's order.
   *
   * @param first how many to leave out
   * @param max how many at most
   */
  public Stream<ClientModel> clients(int first, int max) {
    return ids(first, max).stream().map(realm::getClientById).filter(Objects::nonNull);
  }

  private List<String> ids(int first, int max) {
    return search().ids(condition(), parameters(), first, max);
  }

  private String condition() {
    return rules.stream().map(ClientRule::condition).collect(Collectors.joining(" or "));
  }

  private ClientSearch search() {
    return ClientSearch.amongApplications(session, realm);
  }

  private Map<String, Set<String>> parameters() {
    return scopes.keySet().stream()
        .filter(rules::contains)
        .collect(Collectors.toMap(ClientRule::name, rule -> scopes.get(rule).keySet()));
  }

  /** What the rules find about one client. */
  public List<ClientFinding> findings(ClientModel client) {
    if (!Applications.contains(client)) {
      return List.of();
    }
    return rules.stream()
        .flatMap(
            rule ->
                rule.values(client, Set.copyOf(scopes.getOrDefault(rule, Map.of()).values()))
                    .map(value -> new ClientFinding(rule, value)))
        .toList();
  }

  /** The ids of the first clients: of as many as are logged. */
  List<String> first() {
    return ids(0, MOST_LINES);
  }

  /** How many there are where there are more than are logged. */
  Optional<String> more(List<String> first) {
    return first.size() < MOST_LINES
        ? Optional.empty()
        : Optional.of(
            "%d clients of realm %s are refused something or changed; admin REST has all of them: /admin/realms/%s/expensicat/clients."
                .formatted(
                    search().count(condition(), parameters()), realm.getName(), realm.getName()));
  }

  /** What is logged of a client. */
  String line(ClientModel client) {
    return line(client, findings(client));
  }

  /**
   * Logs what an admin who saves a client has written in vain. What a client says of itself is
   * answered at registration, and scopes are no part of it.
   */
  static void logSaved(KeycloakSession session, ClientModel client) {
    ClientReport report = new ClientReport(session, client.getRealm(), Map.of());
    List<ClientFinding> findings =
        report.findings(client).stream().filter(ClientFinding::isWritten).toList();
    int logged = session.getAttributeOrDefault(LOGGED, 0);
    if (findings.isEmpty() || logged >= MOST_LINES || RegisteredBy.isUnverified(client)) {
      return;
    }
    session.setAttribute(LOGGED, logged + 1);
    logger.info(line(client, findings));
  }

  private static String line(ClientModel client, List<ClientFinding> findings) {
    return Stream.of(Effect.values())
        .filter(effect -> findings.stream().anyMatch(finding -> finding.effect() == effect))
        .map(
            effect ->
                findings.stream()
                    .filter(finding -> finding.effect() == effect)
                    .map(ClientFinding::toString)
                    .collect(Collectors.joining(", ", effect + " ", "")))
        .collect(
            Collectors.joining(
                "; ",
                "Client %s of realm %s: "
                    .formatted(
                        OAuthErrors.printable(client.getClientId()), client.getRealm().getName()),
                ""));
  }
}
