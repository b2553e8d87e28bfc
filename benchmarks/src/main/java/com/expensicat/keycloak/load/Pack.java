package com.expensicat.keycloak.load;

import com.expensicat.keycloak.start.Database;
import com.expensicat.keycloak.start.Home;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Keycloak with the pack, at the pack's addresses. */
final class Pack extends KeycloakTarget {

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
  public String name() {
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
    return OWN.contains(operation) || super.has(operation);
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
      default -> super.work(operation, connections, seconds);
    };
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
