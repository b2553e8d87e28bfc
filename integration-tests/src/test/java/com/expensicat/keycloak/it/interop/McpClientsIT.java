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
import com.expensicat.keycloak.it.support.server.LineProcess;
import com.expensicat.keycloak.it.support.server.NodeApplication;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients of MCP, which know nothing but the address of an MCP server, here one without a path: by
 * its metadata they find the realm, where anybody may register a client. They begin with the scope
 * of its challenge, and ask for more when a tool wants it.
 */
@Tag("interop")
class McpClientsIT {

  private static final int STARTS = 5;
  private static final String READ = "list_transactions";
  private static final String WRITE = "create_transaction";
  private static final ObjectNode PURCHASE =
      Json.object(
          "{'date':'2026-11-27','description':'Catnip','category':'Catering','amount':-9.99}");

  private static McpExample example;

  @BeforeAll
  static void start() {
    example = McpExample.start("");
  }

  @AfterAll
  static void stop() {
    if (example != null) {
      example.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theClientOfTheSdk(int generation, TestInfo test) throws InterruptedException {
    boolean first = generation == 1;
    Notes notes =
        new Notes(
            "MCP SDK for TypeScript, " + (first ? "`sdk`" : "`client`"),
            "library for Node.js, speaks MCP of " + (first ? "2025-11-25" : "2026-07-28"),
            "`none`",
            "Nothing: the MCP server's metadata (RFC 9728) names the issuer and its challenge the scope,"
                + " and the realm lets anybody register. It has no revoke: the application sends the"
                + " refresh token to the `revocation_endpoint`"
                + (first
                    ? ". Where a tool wants a further scope, the application hides its refresh token"
                        + " meanwhile, by which this client would get no more than before"
                    : ""),
            "metadata, registration, login with PKCE and `resource`, API call, refresh after a restart,"
                + " a further scope when a tool wants it; revoke by the application around it",
            true);
    try (ForeignRun runs = new ForeignRun(example.keycloak())) {
      runs.of(
          ScriptedClient.node(example.keycloak(), "mcp-sdk.mjs", sdk(generation)),
          notes,
          test,
          List.of(ForeignRun.CALLED));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aToolThatWantsMoreWorksOnceThePersonHasAgreedToIt(int generation) {
    LineProcess client = start("mcp-sdk.mjs");
    try (NewPerson person = NewPerson.join(example.keycloak())) {
      Browser browser = new Browser(example.keycloak());
      URI asked = url(client.ask("authorize", sdk(generation)));
      assertThat(scopes(asked)).containsExactly("transactions:read");
      answer(client, browser.grant(asked, person.person()));
      assertThat(client.ask("call", tool(READ)).path("transactions")).isNotEmpty();

      URI more = url(client.ask("call", tool(WRITE)));
      assertThat(scopes(more)).containsExactlyInAnyOrder("transactions:read", "transactions:write");
      answer(client, browser.acceptWhereAsked(browser.open(more)).location().orElseThrow());

      JsonNode made = client.ask("call", tool(WRITE));
      assertThat(made.path("description")).isEqualTo(PURCHASE.path("description"));
      assertThat(client.ask("call", tool(READ)).path("transactions")).contains(made);
    } finally {
      client.close();
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
            "metadata, registration, login with PKCE and `resource`, API call, refresh after a restart,"
                + " a further scope when a tool wants it; revoke by the person",
            true);
    List<String> before = clients();
    try (NewPerson person = NewPerson.join(example.keycloak())) {
      String version = "";
      for (int i = 0; i < STARTS; i++) {
        try (McpRemote remote = new McpRemote(folder)) {
          assertThat(remote.asks()).isEqualTo(i == 0);
          if (i == 0) {
            remote.signIn(person.person());
          }
          assertThat(remote.call(tool("whoami")).path("user").asText()).isEqualTo(person.id());
          version = remote.version();
        }
        revokeAccessToken(folder);
      }
      assertThat(clients()).hasSize(before.size() + 1);

      example
          .keycloak()
          .admin()
          .delete(person.path() + "/consents/" + kept(folder, "client_info.json", "client_id"));
      try (McpRemote remote = new McpRemote(folder)) {
        assertThat(remote.asks()).isTrue();
      }
      assertThat(clients()).hasSize(before.size() + 1);
      ClientTable.finished(notes, version, ForeignRun.name(test));
    }
  }

  @Test
  void mcpRemoteAsksForMoreWhenAToolWantsIt(@TempDir Path folder) {
    try (NewPerson person = NewPerson.join(example.keycloak());
        McpRemote remote = new McpRemote(folder)) {
      Browser browser = remote.signIn(person.person());
      assertThat(remote.call(tool(READ)).path("transactions")).isNotEmpty();

      JsonNode made = remote.callWithConsent(tool(WRITE), browser);

      assertThat(made.path("description")).isEqualTo(PURCHASE.path("description"));
      assertThat(remote.call(tool(READ)).path("transactions")).contains(made);
    }
  }

  /** So that the next start has to refresh. */
  private static void revokeAccessToken(Path folder) throws IOException {
    String token = kept(folder, "tokens.json", "access_token");
    Answer answer =
        TokenClient.anonymous()
            .post(
                Addresses.PACK.revoke(example.keycloak()),
                Parameters.of(
                    "client_id", kept(folder, "client_info.json", "client_id"), "token", token));
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(Gateway.check(example.keycloak(), token, ForeignRun.CALLED).status()).isEqualTo(401);
  }

  /** What mcp-remote has stored in the file whose name ends so. */
  private static String kept(Path folder, String file, String field) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      Path found = files.filter(path -> path.toString().endsWith(file)).findFirst().orElseThrow();
      return Json.read(Files.readString(found)).orElseThrow().path(field).asText();
    }
  }

  private static List<String> clients() {
    return StreamSupport.stream(example.keycloak().admin().get("/clients").spliterator(), false)
        .map(client -> client.path("clientId").asText())
        .toList();
  }

  private static LineProcess start(String script) {
    return LineProcess.start(NodeApplication.INTEROP_CLIENTS.installed(), List.of("node", script));
  }

  private static ObjectNode sdk(int generation) {
    return example
        .settings()
        .put("redirectUri", AuthorizationFlow.CALLBACK)
        .put("generation", generation);
  }

  private static ObjectNode tool(String name) {
    ObjectNode call = Json.object("{}").put("tool", name);
    call.set("arguments", name.equals(WRITE) ? PURCHASE : Json.object("{}"));
    return call;
  }

  private static URI url(JsonNode answer) {
    assertThat(answer.has("url")).as(answer::toString).isTrue();
    return URI.create(answer.path("url").asText());
  }

  private static List<String> scopes(URI request) {
    return List.of(Parameters.decode(request.getRawQuery()).get("scope").split(" "));
  }

  private static void answer(LineProcess client, URI callback) {
    client.ask("callback", Json.object("{}").put("url", callback.toString()));
  }

  /** One start of it. */
  private static final class McpRemote implements AutoCloseable {

    private final LineProcess process;
    private final JsonNode started;

    McpRemote(Path folder) {
      process = McpClientsIT.start("mcp-remote.mjs");
      started = process.ask("start", example.settings().put("folder", folder.toString()));
    }

    boolean asks() {
      return started.has("url");
    }

    /** In a new browser, which then has the session. */
    Browser signIn(Person person) {
      Browser browser = new Browser(example.keycloak());
      callBack(browser.grant(url(started), person));
      return browser;
    }

    /** What the tool says once the person has agreed to it. */
    JsonNode callWithConsent(ObjectNode tool, Browser browser) {
      URI more = url(process.ask("call", tool));
      callBack(browser.acceptWhereAsked(browser.open(more)).location().orElseThrow());
      return process.ask("answered");
    }

    private static void callBack(URI callback) {
      Answer answer = UserAgent.send(HttpRequest.newBuilder(callback));
      assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    }

    JsonNode call(ObjectNode tool) {
      return process.ask("call", tool);
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
