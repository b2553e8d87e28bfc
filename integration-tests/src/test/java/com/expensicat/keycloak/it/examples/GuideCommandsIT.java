package com.expensicat.keycloak.it.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.browser.Look;
import com.expensicat.keycloak.it.support.browser.Window;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.http.UserAgent;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Pkce;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.Programs;
import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code ./start.sh --with-example-api --with-session-issuer}: whoever follows the guide from the
 * first line to the last, at that one address, comes to its end.
 */
@Tag("interop")
class GuideCommandsIT {

  private static final Pattern RESOURCE_METADATA =
      Pattern.compile("resource_metadata=\"([^\"]+)\"");
  private static final Pattern GUIDE_PAGE = Pattern.compile("(?m)^ *Guide +(\\S+)$");
  private static final Pattern SESSION_JWT_COMMAND = Pattern.compile("(?m)^ *(session_jwt=\\$.*)$");

  private static StartScript script;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    for (String program : List.of("bash", "curl", "mvn", "node", "npm", "openssl", "python3")) {
      if (Programs.named(List.of(program)).findAny().isEmpty()) {
        throw Programs.skip(program + " was not found, so the guide's commands cannot be run");
      }
    }
    script = StartScript.start("--with-example-api", "--with-session-issuer");
  }

  @AfterAll
  static void stop() {
    if (script != null) {
      script.close();
    }
  }

  @Test
  void theGuideIsTheOneThatTheScopesAreFrom() {
    assertThat(Guide.commands()).hasSize(2);
    assertThat(Guide.scopes()).isEqualTo(ScopeTable.SCOPES);
  }

  /** "Include your token in the Authorization header" and "Bearer tokens can be session JWTs". */
  @Test
  void aSessionJwtListsTransactions() throws Exception {
    Matcher command = SESSION_JWT_COMMAND.matcher(script.output());
    assertThat(command.find()).as(script::output).isTrue();
    String sessionJwt = bash(command.group(1)).strip();

    assertListsTransactions(bash(Guide.commands().get(0).replace("YOUR_TOKEN", sessionJwt)));
  }

  /** The three steps of "OAuth2", and the first command again, which takes access tokens too. */
  @Test
  void theStepsLeadFromTheAuthorizationToTheTransactions() throws Exception {
    Pkce pkce = Pkce.random();
    Parameters request =
        new Parameters(
            Guide.authorizeParameters().stream()
                .map(one -> new Parameters.Parameter(one.name(), value(one, pkce)))
                .toList());

    URI back =
        new Browser()
            .grant(
                URI.create(script.address() + Guide.authorizePath() + "?" + request.encoded()),
                Person.DEMO);

    assertThat(back.toString()).startsWith(AuthorizationFlow.CALLBACK + "?");
    Parameters callback = Parameters.decode(back.getRawQuery());
    assertThat(callback.get("state")).isEqualTo(request.get("state"));

    String body =
        Guide.tokenBody()
            .replace("AUTH_CODE", callback.get("code"))
            .replace("https://yourapp.com/callback", AuthorizationFlow.CALLBACK)
            .replace("YOUR_CLIENT_ID", AuthorizationFlow.DEMO_APP)
            .replace("PKCE_CODE_VERIFIER", pkce.codeVerifier());
    JsonNode tokens =
        json(
            bash(
                "curl -X POST -H 'Content-Type: application/json' -d '%s' %s%s"
                    .formatted(body, Guide.ADDRESS, Guide.tokenPath())));
    String accessToken = tokens.path("access_token").asText();
    assertThat(accessToken).as(tokens.toString()).isNotEmpty();
    assertThat(tokens.path("refresh_token").asText()).isNotEmpty();

    assertListsTransactions(bash(Guide.commands().get(1).replace("ACCESS_TOKEN", accessToken)));
    assertListsTransactions(bash(Guide.commands().get(0).replace("YOUR_TOKEN", accessToken)));
    for (ApiRequest each : ApiRequest.ALL) {
      Answer answer = each.send(TokenClient.bearer(accessToken), GuideCommandsIT::at);
      assertThat(answer.status()).as(answer::summary).isEqualTo(each.success());
    }
  }

  private static String value(Guide.Parameter parameter, Pkce pkce) {
    if (parameter.value() != null) {
      return parameter.value();
    }
    return switch (parameter.name()) {
      case "client_id" -> AuthorizationFlow.DEMO_APP;
      case "redirect_uri" -> AuthorizationFlow.CALLBACK;
      case "scope" -> String.join(" ", Guide.scopes());
      case "code_challenge" -> pkce.codeChallenge();
      case "state" -> Pkce.random().codeVerifier();
      default -> throw new AssertionError("The guide asks for " + parameter.name());
    };
  }

  /** With the client of one's own in their places. */
  @ParameterizedTest
  @CsvSource({
    "curl, bash, transactions.sh",
    "javascript, node, transactions.mjs",
    "python, python3, transactions.py",
    "java, java, Transactions.java"
  })
  void eachProgramOfTheGuidePageListsTransactions(
      String id, String command, String file, @TempDir Path folder) throws Exception {
    Element program =
        TokenClient.anonymous()
            .get(at("/api/auth/oauth2/"))
            .document()
            .getElementById("program-" + id);
    Files.writeString(
        folder.resolve(file),
        program
            .wholeText()
            .replace("YOUR_CLIENT_ID", AuthorizationFlow.DEMO_APP)
            .replace("https://yourapp.com/callback", AuthorizationFlow.CALLBACK));

    Process process =
        new ProcessBuilder(command, file)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader printed = process.inputReader(UTF_8);
        BufferedWriter typed = process.outputWriter(UTF_8)) {
      String link = printed.readLine();
      assertThat(link).startsWith("Open " + script.address());
      URI landed = new Browser().grant(URI.create(link.replace("Open ", "")), Person.DEMO);
      typed.write(landed + "\n");
      typed.flush();
      String answer = printed.lines().collect(joining("\n"));
      assertThat(answer).contains("{");
      assertListsTransactions(answer.substring(answer.indexOf('{')));
    } finally {
      Programs.stop(process);
    }
  }

  /** In a browser, from the link that the script prints. */
  @Test
  void theGuidePageGoesOnToACallOfTheApi() throws Throwable {
    Matcher link = GUIDE_PAGE.matcher(script.output());
    assertThat(link.find()).as(script::output).isTrue();
    AdminApi admin =
        new AdminApi(script.address(), KeycloakServer.REALM, new Person("admin", "admin"));
    Person reader = new Person("reader-of-the-guide", "reader-password");
    admin.withUser(
        Json.object(
            "{'username':'reader-of-the-guide','enabled':true,"
                + "'credentials':[{'type':'password','value':'reader-password'}]}"),
        () -> {
          try (Window window = Window.open(Look.LIGHT)) {
            Page page = window.page();
            page.navigate(link.group(1));
            page.click("#guide-authorize button");
            Page tab = page.waitForPopup(() -> page.click("#guide-link a"));
            tab.fill("[name=username]", reader.username());
            tab.fill("[name=password]", reader.password());
            tab.click("#kc-login");
            page.fill("#landed", Window.landing(tab, () -> tab.click("[name=accept]")));
            page.click("#guide-token button");
            page.click("#guide-call button");
            page.waitForSelector("#guide-call pre");

            assertThat(page.textContent("#guide-call")).contains("HTTP 200", "\"data\"");
            assertThat(window.complaints()).isEmpty();
          }
        });
  }

  private static void assertListsTransactions(String answer) {
    assertThat(json(answer).path("data").size()).as(answer).isGreaterThanOrEqualTo(3);
  }

  /** Runs a command with the guide's address replaced by this one, and returns what it prints. */
  private static String bash(String command) throws Exception {
    Process process =
        new ProcessBuilder("bash", "-c", command.replace(Guide.ADDRESS, script.address()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(command).isZero();
    return printed;
  }

  private static JsonNode json(String text) {
    return Json.read(text).orElseThrow(() -> new AssertionError("No JSON: " + text));
  }

  @Test
  void theApisChallengeLeadsToItsMetadata() {
    Answer refused = TokenClient.anonymous().get(at("/api/v1/transactions"));
    Matcher link = RESOURCE_METADATA.matcher(refused.header("WWW-Authenticate").orElseThrow());
    assertThat(link.find()).isTrue();

    JsonNode metadata = UserAgent.send(HttpRequest.newBuilder(URI.create(link.group(1)))).json();

    assertThat(metadata.path("resource").asText()).isEqualTo(at("/api/v1").toString());
    assertThat(metadata.at("/authorization_servers/0").asText())
        .isEqualTo(at("/realms/expensicat").toString());
  }

  /** Keycloak answers through the API's front as it answers by itself. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET     | /realms/expensicat/.well-known/openid-configuration |      0 | 200",
        "HEAD    | /realms/expensicat/.well-known/openid-configuration |      0 | 200",
        "OPTIONS | /api/auth/oauth2/token                              |      0 | 200",
        "GET     | /                                                   |      0 | 302",
        "GET     | /admin/                                             |      0 | 302",
        "GET     | /admin/master/console/                              |      0 | 200",
        "GET     | /realms/expensicat/account                          |      0 | 200",
        "GET     | /api/auth/oauth2/scopes                             |      0 | 200",
        "GET     | /api/auth/oauth2/check                              |      0 | 401",
        "GET     | /nothing                                            |      0 | 404",
        "GET     | /realms//expensicat                                 |      0 | 400",
        "GET     | /realms/a%2Fb/account                               |      0 | 404",
        "GET     | /api/v2/transactions                                |      0 | 404",
        "DELETE  | /api/auth/oauth2/token                              |      0 | 405",
        "POST    | /api/auth/oauth2/token                              |      0 | 400",
        "POST    | /api/auth/oauth2/token                              |   1000 | 401",
        "POST    | /api/auth/oauth2/token                              |  70000 | 413",
        "POST    | /api/auth/oauth2/token                              | 900000 | 413",
      })
  void whatIsNotTheApisPassesUnchanged(String method, String path, int length, int status) {
    Answer passed = send(method, at(path), length);
    Answer direct = send(method, script.atKeycloak(path), length);

    assertThat(passed.status()).as(passed::summary).isEqualTo(status);
    assertThat(direct.status()).as(direct::summary).isEqualTo(status);
    assertThat(headers(passed)).isEqualTo(headers(direct));
    assertThat(withoutRandom(passed.body())).isEqualTo(withoutRandom(direct.body()));
  }

  private static Answer send(String method, URI uri, int length) {
    TokenClient client =
        TokenClient.anonymous()
            .header("Host", URI.create(script.address()).getRawAuthority())
            .header("X-Large", "x".repeat(14_000));
    return length == 0
        ? client.send(method, uri)
        : client.send(
            method,
            uri,
            "application/x-www-form-urlencoded",
            "grant_type=authorization_code&code=" + "x".repeat(length));
  }

  /** All but those of a moment. */
  private static Map<String, String> headers(Answer answer) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> headers.put(name, values.stream().sorted().collect(joining("\n"))));
    List.of("date", "set-cookie", "connection").forEach(headers::remove);
    headers.computeIfPresent("Content-Security-Policy", (name, value) -> withoutRandom(value));
    headers.computeIfPresent("Location", (name, value) -> withoutRandom(value));
    return headers;
  }

  private static String withoutRandom(String text) {
    return text.replaceAll("nonce(-|=\")[\\w+/=-]+", "nonce");
  }

  @Test
  void whatAClientSaysOfProxiesIsNotHandedOn() {
    JsonNode metadata =
        TokenClient.anonymous()
            .header("X-Forwarded-Host", "evil.example")
            .header("X-Forwarded-Proto", "https")
            .header("X-Forwarded-For", "192.0.2.1")
            .header("X-Forwarded-Prefix", "/evil")
            .header("Forwarded", "host=evil.example;proto=https")
            .get(at("/realms/expensicat/.well-known/openid-configuration"))
            .json();

    assertThat(metadata.toString()).contains(script.address()).doesNotContain("evil", "https:");
  }

  private static URI at(String pathAndQuery) {
    return URI.create(script.address() + pathAndQuery);
  }
}
