package com.expensicat.keycloak.load;

import com.expensicat.keycloak.start.Database;
import com.expensicat.keycloak.start.Home;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Keycloak with the pack, at the pack's addresses. */
class Pack extends KeycloakTarget {

  private static final String CHECK = "check?scope=transactions:read";
  private static final Set<Operation> OWN =
      Set.of(
          Operation.FLOW_BY_JSON,
          Operation.CHECK_SESSION,
          Operation.CHECK_NEW_SESSION,
          Operation.CHECK_ACCESS);

  /** More than any machine checks in a second; who runs out of them ends a run early. */
  private static final int NEW_SESSIONS_A_SECOND = 2000;

  private final SessionJwts issuer = new SessionJwts();
  private final String name;

  /**
   * @param name {@code pack}, or that of another build of it
   * @param version of Keycloak
   */
  Pack(
      String name,
      Home home,
      Database databases,
      RealmFiles files,
      List<String> options,
      String version)
      throws IOException {
    super(home, databases, files, options, version);
    this.name = name;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  String composition() {
    return "with the " + name;
  }

  @Override
  ObjectNode realm() throws IOException {
    return files().pack(issuer);
  }

  @Override
  String path(String endpoint) {
    return "/api/auth/oauth2/" + endpoint;
  }

  @Override
  public boolean has(Operation operation) {
    return operation.isPage() || OWN.contains(operation) || super.has(operation);
  }

  @Override
  public List<? extends Work> work(Operation operation, int connections, int seconds)
      throws IOException {
    return switch (operation) {
      case CHECK_SESSION -> repeated(checks(sessions(connections)), 200, "");
      case CHECK_ACCESS ->
          repeated(
              checks(redeemed(SCOPE, connections).stream().map(Flow::accessToken).toList()),
              200,
              "");
      case CHECK_NEW_SESSION -> {
        Iterator<byte[]> supply = checks(sessions(seconds * NEW_SESSIONS_A_SECOND)).iterator();
        List<Work> works = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
          works.add(new Once(supply));
        }
        yield works;
      }
      default ->
          operation.isPage()
              ? page(operation, connections)
              : super.work(operation, connections, seconds);
    };
  }

  /** How many clients there are that an admin's last page is full of, at least. */
  int clients() {
    return 0;
  }

  private List<Work> page(Operation operation, int connections) throws IOException {
    String last = "first=%d&max=20".formatted(clients());
    return switch (operation) {
      case ACCOUNT_APPLICATIONS ->
          looks(
              "/realms/" + RealmFiles.REALM + "/account/applications", accountToken(), connections);
      case ADMIN_OVERVIEW -> looksOfAdmin("", connections);
      case ADMIN_REALM -> looksOfAdmin("/realm", connections);
      case ADMIN_DIFFERENCE -> looksOfAdmin("/difference", connections);
      case ADMIN_SCOPES -> looksOfAdmin("/scopes", connections);
      case ADMIN_CLIENTS_OF_SCOPE ->
          looksOfAdmin("/scopes/clients?scope=" + SCOPE + '&' + last, connections);
      case ADMIN_CLIENTS -> looksOfAdmin("/clients?" + last, connections);
      case ADMIN_ISSUERS -> looksOfAdmin("/issuers", connections);
      case ADMIN_CONSENTS -> looksOfAdmin("/users/" + People.id(0) + "/consents", connections);
      default -> throw new IllegalArgumentException("No page: " + operation);
    };
  }

  private List<Work> looksOfAdmin(String path, int connections) throws IOException {
    return looks(
        "/admin/realms/%1$s/expensicat%2$s".formatted(RealmFiles.REALM, path),
        adminToken(),
        connections);
  }

  private String accountToken() throws IOException {
    Flow flow =
        new Flow(endpoints().as(RealmFiles.ACCOUNT_CLIENT), browser(0).cookies(), "openid", false);
    good(new Generator(address()).repeat(List.of(flow), 1));
    return flow.accessToken();
  }

  private List<Work> looks(String path, String token, int connections) {
    byte[] request =
        endpoints().requests().get(path, Requests.bearer(token) + "\r\nAccept: application/json");
    return repeated(Collections.nCopies(connections, request), 200, "");
  }

  private List<String> sessions(int count) {
    return Stream.iterate(0, n -> n + 1)
        .limit(count)
        .map(n -> issuer.next(n % People.COUNT))
        .toList();
  }

  private List<byte[]> checks(List<String> tokens) {
    Requests requests = endpoints().requests();
    return tokens.stream().map(token -> requests.get(path(CHECK), Requests.bearer(token))).toList();
  }
}
