package com.expensicat.keycloak.it.realm;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.server.Database;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.OwnServers;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A start mends what differs among many clients, whatever stands in the way of one. */
@Tag("slow")
@OwnServers
class ManyClientsIT {

  private static final Pattern COUNT =
      Pattern.compile("(\\d+) of (\\d+) clients of realm expensicat mended");
  private static final JsonNode ONE =
      Json.object(
          "{'clientId':'one','publicClient':true,'redirectUris':['https://one.example/cb']}");

  private final Database database = Database.createShared();
  private final ManyClients clients = new ManyClients(database);
  private final ServerSettings settings =
      ServerSettings.standard().withoutDemoOverlay().on(database);

  @Test
  void eachThatDiffersIsMendedAndNoOther() {
    try (ServerProcess server = startWithMany()) {
      int differing = clients.differ();
      giveToBuiltInClient("team:admin");

      server.startAgain();

      clients.assertMended("");
      assertThat(Json.texts(server.admin().client("account").path("optionalClientScopes")))
          .doesNotContain("team:admin");
      assertThat(lastCount(server.log())).isEqualTo(differing + 1);

      int length = server.log().length();
      server.restart();

      assertThat(server.log().substring(length)).doesNotContain("mended");
    }
  }

  @Test
  void oneThatCannotBeReadStopsNoOtherAndNoPageOfOthers() {
    try (ServerProcess server = startWithMany()) {
      int differing = clients.differ();
      String broken = ManyClients.id(1);
      database.execute("update client set not_before = null where id = '" + broken + "'");

      server.startAgain();

      clients.assertMended(broken);
      assertThat(lastCount(server.log())).isEqualTo(differing - 1);
      assertThat(server.log()).containsOnlyOnce("Client " + broken + " of realm expensicat is not");
      assertThat(server.admin().get("/expensicat/difference"))
          .as("of clients those alone are read that the export names")
          .isEmpty();
      database.execute("update client set client_id = 'zzz' where id = '%s'".formatted(broken));
      assertThat(server.admin().get("/expensicat/scopes/clients?scope=team:read&first=5&max=20"))
          .hasSize(20);
    }
  }

  @Test
  void ofTwoServersThatStartAtOnceOneMendsThem() {
    startWithMany().close();
    int differing = clients.differ();

    List<CompletableFuture<ServerProcess>> starts =
        IntStream.range(0, 2)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> KeycloakServer.start(settings.withoutRealm())))
            .toList();

    try (ServerProcess one = starts.get(0).join();
        ServerProcess other = starts.get(1).join()) {
      clients.assertMended("");
      for (ServerProcess server : List.of(one, other)) {
        assertThat(server.log()).doesNotContain(" ERROR ");
      }
      assertThat(lastCount(one.log()) + lastCount(other.log())).isEqualTo(differing);
    }
  }

  @Test
  void aRealmThatKeycloakAloneHasServedIsTakenOver() {
    ServerSettings elsewhere =
        settings.withoutRealm().withRuntimeOptions("--spi-expensicat--realm--name=elsewhere");
    try (ServerProcess before = KeycloakServer.start(elsewhere)) {
      before.admin().createRealm(Json.object("{'realm':'expensicat','enabled':true}"));
      before.admin().createClient(ONE);
      before.stop();
      clients.copy("one");
    }

    try (ServerProcess server = KeycloakServer.start(settings.withoutRealm())) {
      assertThat(lastCount(server.log())).isEqualTo(ManyClients.COUNT + 1);
      assertThat(server.log().lines().filter(line -> line.contains(" Client "))).hasSize(100);
      assertThat(server.log())
          .contains(ManyClients.COUNT + 1 + " clients of realm expensicat are refused");
      for (String clientId : List.of("one", "many-0", "many-319")) {
        JsonNode client = server.admin().client(clientId);
        assertThat(client.path("consentRequired").asBoolean()).isTrue();
        assertThat(client.at("/attributes/pkce.code.challenge.method").asText()).isEqualTo("S256");
        assertThat(Json.texts(client.path("optionalClientScopes"))).containsAll(ScopeTable.SCOPES);
      }
      assertThat(server.admin().get("/expensicat/scopes/clients?scope=team:read&first=300"))
          .hasSize(21);
    }
  }

  /** A server that has stopped after it made the realm, to which many clients were added since. */
  private ServerProcess startWithMany() {
    ServerProcess server = KeycloakServer.start(settings);
    server.admin().createClient(ONE);
    server.stop();
    clients.copy("one");
    return server;
  }

  private void giveToBuiltInClient(String scope) {
    database.execute(
        "insert into client_scope_client (client_id, scope_id, default_scope)"
            + " select c.id, s.id, false from client c, client_scope s, realm r"
            + " where c.client_id = 'account' and c.realm_id = r.id and r.name = 'expensicat'"
            + " and s.name = '%s'".formatted(scope));
  }

  /** How many clients were mended in the end, by what the log says; 0 if it says nothing. */
  private static int lastCount(String log) {
    Matcher counts = COUNT.matcher(log);
    int last = 0;
    while (counts.find()) {
      last = Integer.parseInt(counts.group(1));
    }
    return last;
  }
}
