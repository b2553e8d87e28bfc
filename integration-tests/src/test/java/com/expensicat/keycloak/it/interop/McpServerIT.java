package com.expensicat.keycloak.it.interop;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.http.UserAgent;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.LineProcess;
import com.expensicat.keycloak.it.support.server.NodeApplication;
import com.expensicat.keycloak.it.support.server.NodeServer;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The example's MCP server as a resource server: what it answers to whom, and what the conformance
 * suite of MCP says of it and of the realm; {@code docs/mcp.md} says which requirement each is for.
 */
@Tag("interop")
class McpServerIT {

  private static final String METADATA = "/.well-known/oauth-protected-resource/mcp";
  private static final String READ = "transactions:read";

  private static McpExample example;
  private static LineProcess suite;

  @BeforeAll
  static void start() {
    example = McpExample.start("/mcp");
    suite =
        LineProcess.start(
            NodeApplication.INTEROP_CLIENTS.installed(), List.of("node", "mcp-conformance.mjs"));
    suite.ask("start");
  }

  @AfterAll
  static void stop() {
    if (suite != null) {
      suite.close();
    }
    if (example != null) {
      example.close();
    }
  }

  @Test
  void itsMetadataNamesItAndTheRealmAndTheScopeToBeginWith() {
    Answer answer = UserAgent.send(HttpRequest.newBuilder(metadata()));

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    JsonNode metadata = answer.json();
    assertThat(metadata.path("resource").asText()).isEqualTo(example.address());
    assertThat(Json.texts(metadata.path("authorization_servers")))
        .containsExactly(example.keycloak().realmUrl());
    assertThat(Json.texts(metadata.path("scopes_supported"))).containsExactly(READ);
    assertThat(Json.texts(metadata.path("bearer_methods_supported"))).containsExactly("header");
  }

  @Test
  void whoHasNoTokenIsToldWhereTheMetadataAreAndTheScopeToBeginWith() {
    Answer answer = call(TokenClient.anonymous(), "whoami");

    assertThat(answer.status()).as(answer::summary).isEqualTo(401);
    assertThat(challenge(answer))
        .isEqualTo("Bearer scope=\"%s\", resource_metadata=\"%s\"".formatted(READ, metadata()));
  }

  @Test
  void aTokenThatIsNotForItIsRefused() {
    JsonNode elsewhere = flow("openid").tokens().json();
    try (TestIssuer issuer =
            TestIssuer.trusted(example.keycloak(), "mcp-sessions", Map.of("scopes", READ));
        NewPerson person = NewPerson.join(example.keycloak())) {
      for (String token :
          List.of(
              "nonsense",
              elsewhere.path("access_token").asText(),
              elsewhere.path("id_token").asText(),
              elsewhere.path("refresh_token").asText(),
              issuer.session(person).compact())) {
        Answer answer = call(TokenClient.bearer(token), "whoami");

        assertThat(answer.status()).as(answer::summary).isEqualTo(401);
        assertThat(challenge(answer))
            .startsWith("Bearer error=\"invalid_token\"")
            .contains("resource_metadata=\"" + metadata() + '"');
      }
    }
    Answer inTheQuery =
        TokenClient.anonymous()
            .post(
                URI.create(
                    example.address()
                        + "?access_token="
                        + flow(READ).tokens().json().path("access_token").asText()),
                Parameters.of());
    assertThat(inTheQuery.status()).as(inTheQuery::summary).isEqualTo(401);
  }

  @Test
  void aToolWithoutItsScopeNamesWhatIsHeldAndWhatIsWanted() {
    TokenClient client = client(flow(READ).tokens().json());
    assertThat(call(client, "list_transactions").body()).contains("Scratching posts");

    Answer answer = call(client, "sum_transactions");

    assertThat(answer.status()).as(answer::summary).isEqualTo(403);
    assertThat(challenge(answer))
        .startsWith("Bearer error=\"insufficient_scope\"")
        .contains("scope=\"%s analytics:read\"".formatted(READ))
        .contains("resource_metadata=\"" + metadata() + '"');
  }

  @Test
  void anEndedGrantIsHeardAtTheNextCall() {
    JsonNode tokens = flow(READ).tokens().json();
    assertThat(call(client(tokens), "whoami").status()).isEqualTo(200);

    DemoApp.revoke(example.keycloak(), Addresses.PACK, tokens.path("refresh_token").asText());

    assertThat(call(client(tokens), "whoami").status()).isEqualTo(401);
  }

  @Test
  void nobodySeesTheLedgerOfAnother() {
    try (NewPerson one = NewPerson.join(example.keycloak());
        NewPerson other = NewPerson.join(example.keycloak())) {
      AuthorizationFlow flow = flow("transactions:read transactions:write");
      TokenClient writer = client(flow.as(one.person()).tokens().json());
      ObjectNode purchase =
          Json.object(
              "{'date':'2026-11-27','description':'Laser','category':'Toys','amount':-4.2}");
      assertThat(call(writer, "create_transaction", purchase).status()).isEqualTo(200);

      assertThat(call(writer, "list_transactions").body()).contains("Laser");
      assertThat(call(client(flow.as(other.person()).tokens().json()), "list_transactions").body())
          .contains("Scratching posts")
          .doesNotContain("Laser");
    }
  }

  @Test
  void nobodyIsLetInWhileTheRealmDoesNotAnswer() {
    int port = ServerProcess.freePort();
    String nobody = "http://localhost:" + ServerProcess.freePort() + "/realms/expensicat";
    try (NodeServer alone = McpExample.serve(port, "http://localhost:" + port + "/mcp", nobody)) {
      Answer answer =
          call(TokenClient.bearer("any"), URI.create(alone.address()), "whoami", Json.object("{}"));

      assertThat(answer.status()).as(answer::summary).isEqualTo(503);
      assertThat(answer.header("Retry-After")).isPresent();
    }
  }

  @Test
  void theConformanceSuiteFindsNothingAtTheRealm() {
    int port = ServerProcess.freePort();
    JsonNode asked =
        suite.ask(
            "authorization",
            arguments(
                "--url", example.keycloak().realmUrl(),
                "--client-id", AuthorizationFlow.DEMO_APP,
                "--resource", example.address(),
                "--port", String.valueOf(port)));
    JsonNode checks;
    try (NewPerson person = NewPerson.join(example.keycloak())) {
      URI callback =
          new Browser(example.keycloak())
              .grant(URI.create(asked.path("url").asText()), person.person());
      UserAgent.send(HttpRequest.newBuilder(callback));
      // It redeems the code after it has answered the browser.
      checks = suite.ask("answered").path("checks");
    }

    assertThat(withStatus(checks, "SUCCESS"))
        .containsExactlyInAnyOrder("authorization-code-grant", "authorization-server-metadata");
    assertThat(withStatus(checks, "FAILURE")).isEmpty();
    assertThat(withStatus(checks, "WARNING")).containsExactly("authorization-server-metadata-cimd");
  }

  /** Of the suite's scenarios those that want none of its own tools, resources and prompts. */
  @ParameterizedTest
  @CsvSource({
    "2025-11-25, server-initialize",
    "2025-11-25, ping",
    "2025-11-25, tools-list",
    "2025-11-25, dns-rebinding-protection",
    "2026-07-28, server-stateless",
    "2026-07-28, tools-list",
    "2026-07-28, dns-rebinding-protection",
    "2026-07-28, http-header-validation",
    "2026-07-28, server-sse-multiple-streams",
    "2026-07-28, input-required-result-unsupported-methods"
  })
  void theConformanceSuiteFindsNothingAtTheMcpServer(String version, String scenario) {
    ObjectNode run =
        arguments("--spec-version", version, "--scenario", scenario)
            .put("resource", example.address())
            .put("token", flow(READ).tokens().json().path("access_token").asText());

    JsonNode checks = suite.ask("server", run).path("checks");

    assertThat(withStatus(checks, "SUCCESS")).isNotEmpty();
    assertThat(checks)
        .filteredOn(check -> check.path("status").asText().equals("FAILURE"))
        .allSatisfy(
            check ->
                assertThat(check.path("errorMessage").asText())
                    .startsWith("Not testable: server does not list the diagnostic tool"));
  }

  private static ObjectNode arguments(String... arguments) {
    ObjectNode given = Json.object("{}");
    ArrayNode list = given.putArray("arguments");
    List.of(arguments).forEach(list::add);
    return given;
  }

  private static List<String> withStatus(JsonNode checks, String status) {
    return StreamSupport.stream(checks.spliterator(), false)
        .filter(check -> check.path("status").asText().equals(status))
        .map(check -> check.path("id").asText())
        .toList();
  }

  private static AuthorizationFlow flow(String scope) {
    return authorizeAt(Addresses.PACK, example.keycloak())
        .with("scope", scope)
        .with("resource", example.address());
  }

  private static TokenClient client(JsonNode tokens) {
    return TokenClient.bearer(tokens.path("access_token").asText());
  }

  private static Answer call(TokenClient client, String tool) {
    return call(client, tool, Json.object("{}"));
  }

  private static Answer call(TokenClient client, String tool, ObjectNode arguments) {
    return call(client, URI.create(example.address()), tool, arguments);
  }

  /** A call as MCP of 2025-11-25 has it. */
  private static Answer call(TokenClient client, URI address, String tool, ObjectNode arguments) {
    ObjectNode request = Json.object("{'jsonrpc':'2.0','id':1,'method':'tools/call'}");
    request.withObject("/params").put("name", tool).set("arguments", arguments);
    return client
        .header("Accept", "application/json, text/event-stream")
        .header("MCP-Protocol-Version", "2025-11-25")
        .send("POST", address, BodyKind.JSON.mediaType(), request.toString());
  }

  private static String challenge(Answer answer) {
    return answer.header("WWW-Authenticate").orElseThrow();
  }

  private static URI metadata() {
    return URI.create(example.address()).resolve(METADATA);
  }
}
