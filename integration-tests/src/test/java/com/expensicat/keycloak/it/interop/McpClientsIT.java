package com.expensicat.keycloak.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.interop.ClientTable.Notes;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.http.UserAgent;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.LineProcess;
import com.expensicat.keycloak.it.support.server.NodeApplication;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients of MCP, which know nothing but the address of an MCP server, here one without a path: by
 * its metadata they find the realm, where anybody may register a client.
 */
@Tag("interop")
class McpClientsIT {

  private static final int PORT = ServerProcess.freePort();
  private static final String RESOURCE = "http://localhost:" + PORT;
  private static final String POLICIES =
      "/components?type=org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy";
  private static final int STARTS = 5;

  private static KeycloakServer server;
  private static LineProcess mcpServer;

  @BeforeAll
  static void start() {
    Path clients = NodeApplication.INTEROP_CLIENTS.installed();
    server =
        KeycloakServer.start(
            ServerSettings.standard()
                .withRuntimeOptions("--spi-expensicat--realm--api-address=" + RESOURCE));
    openRegistration();
    mcpServer = LineProcess.start(clients, List.of("node", "mcp-server.mjs"));
    mcpServer.ask(
        "start",
        settings()
            .put("check", Gateway.address(server, ForeignRun.CALLED).toString())
            .put("scope", ForeignRun.CALLED)
            .put("port", PORT));
  }

  @AfterAll
  static void stop() {
    if (mcpServer != null) {
      mcpServer.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private static void openRegistration() {
    for (JsonNode policy : server.admin().get(POLICIES)) {
      if (policy.path("subType").asText().equals("anonymous")
          && policy.path("providerId").asText().startsWith("expensicat")) {
        server
            .admin()
            .update(
                "/components/" + policy.path("id").asText(),
                component -> component.withObject("/config").putArray("open").add("true"));
      }
    }
  }

  private static ObjectNode settings() {
    return Json.object("{}").put("issuer", server.realmUrl()).put("resource", RESOURCE);
  }

  @Test
  void theClientOfTheSdk(TestInfo test) throws InterruptedException {
    Notes notes =
        new Notes(
            "MCP SDK for TypeScript",
            "library for Node.js",
            "`none`",
            "Nothing: the MCP server's metadata (RFC 9728) names the issuer and the scopes, and the realm"
                + " lets anybody register. It has no revoke: the application sends the refresh token to"
                + " the `revocation_endpoint`",
            "metadata, registration, login with PKCE and `resource`, API call, refresh after a restart;"
                + " revoke by the application around it",
            true);
    try (ForeignRun runs = new ForeignRun(server)) {
      runs.of(
          ScriptedClient.node(
              server, "mcp-sdk.mjs", settings().put("redirectUri", AuthorizationFlow.CALLBACK)),
          notes,
          test,
          List.of(ForeignRun.CALLED));
    }
  }

  @Test
  void mcpRemoteStartedFiveTimesIsOneClientAndOneSignIn(TestInfo test, @TempDir Path folder)
      throws IOException {
    Notes notes =
        new Notes(
            "mcp-remote",
            "proxy for applications that speak MCP by stdin and stdout",
            "`none`",
            "Nothing, as the MCP SDK; on http `--allow-http`. It has no revoke: the person takes the"
                + " application's access back in the account console",
            "metadata, registration, login with PKCE and `resource`, API call, refresh after a restart;"
                + " revoke by the person",
            true);
    List<String> before = clients();
    try (NewPerson person = NewPerson.join(server)) {
      String version = "";
      for (int i = 0; i < STARTS; i++) {
        try (McpRemote remote = new McpRemote(folder)) {
          assertThat(remote.asks()).isEqualTo(i == 0);
          if (i == 0) {
            remote.signIn(person.person());
          }
          assertThat(remote.user()).isEqualTo(person.id());
          version = remote.version();
        }
        revokeAccessToken(folder);
      }
      assertThat(clients()).hasSize(before.size() + 1);

      server
          .admin()
          .delete(person.path() + "/consents/" + kept(folder, "client_info.json", "client_id"));
      try (McpRemote remote = new McpRemote(folder)) {
        assertThat(remote.asks()).isTrue();
      }
      assertThat(clients()).hasSize(before.size() + 1);
      ClientTable.finished(notes, version, ForeignRun.name(test));
    }
  }

  /** So that the next start has to refresh. */
  private static void revokeAccessToken(Path folder) throws IOException {
    String token = kept(folder, "tokens.json", "access_token");
    Answer answer =
        TokenClient.anonymous()
            .post(
                Addresses.PACK.revoke(server),
                Parameters.of(
                    "client_id", kept(folder, "client_info.json", "client_id"), "token", token));
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(Gateway.check(server, token, ForeignRun.CALLED).status()).isEqualTo(401);
  }

  /** What mcp-remote has stored in the file whose name ends so. */
  private static String kept(Path folder, String file, String field) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      Path found = files.filter(path -> path.toString().endsWith(file)).findFirst().orElseThrow();
      return Json.read(Files.readString(found)).orElseThrow().path(field).asText();
    }
  }

  private static List<String> clients() {
    return StreamSupport.stream(server.admin().get("/clients").spliterator(), false)
        .map(client -> client.path("clientId").asText())
        .toList();
  }

  /** One start of it. */
  private static final class McpRemote implements AutoCloseable {

    private final LineProcess process;
    private final JsonNode started;

    McpRemote(Path folder) {
      process =
          LineProcess.start(
              NodeApplication.INTEROP_CLIENTS.installed(), List.of("node", "mcp-remote.mjs"));
      started = process.ask("start", settings().put("folder", folder.toString()));
    }

    boolean asks() {
      return started.has("url");
    }

    void signIn(Person person) {
      URI callback = new Browser(server).grant(URI.create(started.path("url").asText()), person);
      Answer answer = UserAgent.send(HttpRequest.newBuilder(callback));
      assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    }

    String user() {
      return process.ask("call").path("user").asText();
    }

    String version() {
      return started.path("version").asText();
    }

    @Override
    public void close() {
      process.ask("stop");
      process.close();
    }
  }
}
