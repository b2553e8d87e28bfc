package com.expensicat.keycloak.it.token;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.DEMO_APP;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static com.expensicat.keycloak.it.support.server.KeycloakServer.API_ADDRESS;
import static com.expensicat.keycloak.it.support.server.KeycloakServer.API_AUDIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.http.UserAgent;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.OnCluster;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A realm with a second protected resource, which takes some of the catalog's scopes: what is said
 * of it at one node holds at the other from the next request on, at each address and with each
 * grant.
 */
@OnCluster
class SeveralResourcesIT {

  private static final ServerProcess ONE = Cluster.shared().node(1);
  private static final ServerProcess TWO = Cluster.shared().node(2);

  private static final String AUDIENCE = "expensicat-mcp";
  private static final String ADDRESS = "https://mcp.expensicat.test/mcp";
  private static final String SETTINGS = "/expensicat/resources/" + AUDIENCE;

  /** A scope that both take, and one that the API alone takes. */
  private static final String SHARED = "transactions:read";

  private static final String API_ALONE = "banking:read";
  private static final String BOTH_SCOPES = SHARED + " " + API_ALONE;

  private static final String[] API = {API_AUDIENCE, API_ADDRESS};
  private static final String[] MCP = {AUDIENCE, ADDRESS};
  private static final String[] ALL = {API_AUDIENCE, API_ADDRESS, AUDIENCE, ADDRESS};

  private static final TokenClient SERVER = TokenClient.basic(AUDIENCE, "mcp-secret");

  private static final Browser BROWSER = new Browser();

  @BeforeAll
  static void addResource() {
    AdminApi admin = ONE.admin();
    admin.createClient(
        Json.object(
            "{'clientId':'expensicat-mcp','secret':'mcp-secret','serviceAccountsEnabled':true,"
                + "'standardFlowEnabled':false,'attributes':{'expensicat.first-party':'true',"
                + "'standard.token.exchange.enabled':'true'}}"));
    admin.put(
        SETTINGS,
        Json.object("{'name':'Expensicat for assistants','scopes':['transactions:read']}")
            .put("address", ADDRESS));
  }

  @AfterAll
  static void removeIt() {
    ONE.admin().delete(SETTINGS);
    ONE.admin().deleteClient(AUDIENCE);
  }

  private static AuthorizationFlow flow(Addresses addresses) {
    return AuthorizationFlow.authorizeAt(addresses, TWO).with("scope", BOTH_SCOPES);
  }

  private static JsonNode tokens(AuthorizationFlow flow) {
    return redeemed(flow, request -> request).json();
  }

  private static Answer redeemed(AuthorizationFlow flow, UnaryOperator<Parameters> edit) {
    Parameters request = flow.tokenRequest(flow.callback(BROWSER.at(TWO)).get("code"));
    return TokenClient.anonymous().post(flow.addresses().token(TWO), edit.apply(request));
  }

  private static Answer refreshed(Addresses addresses, JsonNode tokens, String... resources) {
    Parameters request = DemoApp.refreshRequest(tokens);
    for (String resource : resources) {
      request = request.and("resource", resource);
    }
    return TokenClient.anonymous().post(addresses.token(ONE), request);
  }

  private static String accessToken(JsonNode tokens) {
    return tokens.path("access_token").asText();
  }

  private static void assertIsFor(JsonNode tokens, String scope, String... audience)
      throws ParseException {
    JsonNode claims = Jwt.claims(accessToken(tokens));
    assertThat(
            claims.path("aud").isTextual()
                ? List.of(claims.path("aud").asText())
                : Json.texts(claims.path("aud")))
        .containsExactlyInAnyOrder(audience);
    assertThat(claims.path("scope").asText().split(" ", -1))
        .containsExactlyInAnyOrder(scope.split(" ", -1));
    assertThat(tokens.path("scope")).isEqualTo(claims.path("scope"));
  }

  private static Answer check(String token, String resource, String scope) {
    return TokenClient.bearer(token).get(checkAddress(resource, scope));
  }

  private static URI checkAddress(String resource, String scope) {
    return URI.create(
        Gateway.address(ONE, scope)
            + "&resource="
            + URLEncoder.encode(resource, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @EnumSource
  void withoutAResourceTheScopesSayForWhichATokenIs(Addresses addresses) throws ParseException {
    JsonNode both = tokens(flow(addresses));

    assertIsFor(both, BOTH_SCOPES, ALL);
    assertIsFor(tokens(flow(addresses).with("scope", API_ALONE)), API_ALONE, API);
    assertIsFor(refreshed(addresses, both).json(), BOTH_SCOPES, ALL);
    assertThat(check(accessToken(both), ADDRESS, SHARED).status()).isEqualTo(200);
    assertThat(Gateway.check(ONE, accessToken(both), API_ALONE).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void aGrantForOneIsForThatAlone(Addresses addresses) throws ParseException {
    JsonNode tokens = tokens(flow(addresses).with("resource", ADDRESS));
    JsonNode refreshed = refreshed(addresses, tokens).json();

    for (JsonNode given : List.of(tokens, refreshed)) {
      assertIsFor(given, SHARED, MCP);
      String token = accessToken(given);
      Gateway.assertInvalidToken(Gateway.check(ONE, token, SHARED));
      assertThat(check(token, ADDRESS, SHARED).header("X-Auth-Request-Scope")).hasValue(SHARED);
      assertThat(check(token, AUDIENCE, SHARED).status()).isEqualTo(200);
      assertThat(ResourceServer.API.introspect(ONE, addresses, token).path("active").asBoolean())
          .isFalse();
      JsonNode said = new ResourceServer(SERVER).introspect(ONE, addresses, token);
      assertThat(said.path("active").asBoolean()).as(said::toString).isTrue();
      assertThat(Json.texts(said.path("aud"))).containsExactlyInAnyOrder(MCP);
      assertThat(said.path("scope").asText()).isEqualTo(SHARED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPushedRequestForOneToo(Addresses addresses) throws ParseException {
    assertIsFor(
        tokens(flow(addresses).with("resource", ADDRESS).pushed(TokenClient.anonymous())),
        SHARED,
        MCP);
  }

  @ParameterizedTest
  @EnumSource
  void aGrantMayBeForSeveralAndATokenForOneOfThem(Addresses addresses) throws ParseException {
    AuthorizationFlow flow =
        flow(addresses)
            .edit(request -> request.and("resource", ADDRESS).and("resource", API_ADDRESS));

    JsonNode first = redeemed(flow, request -> request.and("resource", ADDRESS)).json();
    JsonNode second = refreshed(addresses, first).json();
    JsonNode third = refreshed(addresses, second, API_ADDRESS).json();

    assertIsFor(first, SHARED, MCP);
    assertIsFor(second, BOTH_SCOPES, ALL);
    assertIsFor(third, BOTH_SCOPES, API);
    assertIsFor(refreshed(addresses, third, ADDRESS, API_ADDRESS).json(), BOTH_SCOPES, ALL);
  }

  @ParameterizedTest
  @EnumSource
  void aGrantForNoneInParticularGivesTokensForOne(Addresses addresses) throws ParseException {
    JsonNode first = redeemed(flow(addresses), request -> request.and("resource", ADDRESS)).json();

    assertIsFor(first, SHARED, MCP);
    assertIsFor(refreshed(addresses, first, API_ADDRESS).json(), BOTH_SCOPES, API);
  }

  @ParameterizedTest
  @EnumSource
  void aGrantForOneGivesNothingForAnotherAndLosesNothing(Addresses addresses)
      throws ParseException {
    AuthorizationFlow flow = flow(addresses).with("resource", ADDRESS);
    Parameters request = flow.tokenRequest(flow.callback(BROWSER.at(TWO)).get("code"));

    assertError(
        TokenClient.anonymous().post(addresses.token(TWO), request.and("resource", API_ADDRESS)),
        400,
        "invalid_target");
    JsonNode tokens =
        TokenClient.anonymous().post(addresses.token(ONE), request.and("resource", ADDRESS)).json();
    assertError(refreshed(addresses, tokens, API_ADDRESS), 400, "invalid_target");
    assertError(refreshed(addresses, tokens, ADDRESS, API_ADDRESS), 400, "invalid_target");
    assertIsFor(refreshed(addresses, tokens, ADDRESS).json(), SHARED, MCP);
  }

  @Test
  void thePersonIsToldWhereItCountsAndAskedForNothingThatIsNotTakenThere() {
    AuthorizationFlow flow =
        flow(Addresses.PACK).with("resource", ADDRESS).with("prompt", "consent");

    Answer page = flow.signIn(BROWSER.at(TWO));

    assertThat(page.body())
        .contains("value=\"" + SHARED, "Expensicat for assistants")
        .doesNotContain(API_ALONE, API_AUDIENCE);
    assertThat(flow(Addresses.PACK).with("prompt", "consent").signIn(BROWSER.at(TWO)).body())
        .contains("api.expensicat.test, Expensicat for assistants");
    assertThat(
            flow(Addresses.PACK)
                .with("scope", API_ALONE)
                .with("prompt", "consent")
                .signIn(BROWSER.at(TWO))
                .body())
        .doesNotContain("Access counts at");
  }

  @Test
  void theJsonOfTheGuideNamesOneAlike() throws ParseException {
    AuthorizationFlow flow = flow(Addresses.PACK);
    Parameters request = flow.tokenRequest(flow.callback(BROWSER.at(TWO)).get("code"));

    assertIsFor(
        TokenClient.anonymous()
            .post(Addresses.PACK.token(TWO), BodyKind.JSON, request.and("resource", ADDRESS))
            .json(),
        SHARED,
        MCP);
  }

  @ParameterizedTest
  @EnumSource
  void anApplicationThatActsForItselfGetsTokensForOne(Addresses addresses) throws ParseException {
    String scope = ONE.admin().clientScope(SHARED).path("id").asText();
    String client = ONE.admin().clientPath(AUDIENCE);
    ONE.admin().delete(client + "/optional-client-scopes/" + scope);
    ONE.admin().put(client + "/default-client-scopes/" + scope, null);

    Parameters request = Parameters.of("grant_type", "client_credentials", "scope", SHARED);

    assertIsFor(
        SERVER.post(addresses.token(TWO), request.and("resource", ADDRESS)).json(), SHARED, MCP);
    assertIsFor(SERVER.post(addresses.token(TWO), request).json(), SHARED, ALL);
  }

  /** Else whoever guards one could turn what it is shown into a token for the others. */
  @ParameterizedTest
  @EnumSource
  void whatIsExchangedIsForNoOtherThanItsSubject(Addresses addresses) throws ParseException {
    String subject = accessToken(tokens(flow(addresses).with("resource", ADDRESS)));
    Parameters request =
        Parameters.of(
            "grant_type",
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token",
            subject,
            "subject_token_type",
            "urn:ietf:params:oauth:token-type:access_token",
            "scope",
            SHARED);

    assertIsFor(SERVER.post(addresses.token(TWO), request).json(), SHARED, MCP);
    assertIsFor(
        SERVER.post(addresses.token(TWO), request.and("resource", ADDRESS)).json(), SHARED, MCP);
    JsonNode other = SERVER.post(addresses.token(TWO), request.and("resource", API_ADDRESS)).json();
    assertThat(Jwt.claims(accessToken(other)).has("aud")).as(other::toString).isFalse();
    assertThat(other.path("scope").asText()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aSessionCountsForWhatTheResourceTakes(Addresses addresses) throws ParseException {
    try (TestIssuer issuer =
        TestIssuer.trusted(
            ONE, "of-several-resources", Map.of("exchangeClients", "expensicat-web"))) {
      String session = issuer.session().compact();

      Answer granted = check(session, ADDRESS, SHARED);
      Answer refused = check(session, ADDRESS, API_ALONE);
      JsonNode exchanged =
          SessionExchange.WEB
              .send(
                  TWO,
                  addresses,
                  SessionExchange.request(session, BOTH_SCOPES).and("resource", ADDRESS))
              .json();

      assertThat(granted.header("X-Auth-Request-Scope")).hasValue(SHARED);
      Gateway.assertInsufficientScope(refused, API_ALONE);
      assertIsFor(exchanged, SHARED, MCP);
    }
  }

  @Test
  void whoGuardsWhatIsNotThereLetsNobodyIn() {
    String token = accessToken(tokens(flow(Addresses.PACK)));

    for (String unknown : List.of("https://mcp.expensicat.test/", "expensicat", "", DEMO_APP)) {
      Gateway.assertInvalidToken(check(token, unknown, SHARED));
    }
    Gateway.assertInvalidToken(
        TokenClient.bearer(token)
            .get(URI.create(checkAddress(ADDRESS, SHARED) + "&resource=" + API_AUDIENCE)));
  }

  @Test
  void guideAndDescriptionSayWhichResourceTakesWhat() {
    String guide = UserAgent.send(HttpRequest.newBuilder(URI.create(TWO.packUrl() + "/"))).body();
    JsonNode described =
        UserAgent.send(HttpRequest.newBuilder(URI.create(TWO.packUrl() + "/openapi.json")))
            .json()
            .at("/components/securitySchemes/accessToken/flows/authorizationCode/scopes");

    assertThat(guide)
        .contains("<td>Expensicat for assistants</td>", "<code>" + ADDRESS + "</code>");
    assertThat(described.path(SHARED).asText())
        .isEqualTo("Read transactions (at api.expensicat.test, Expensicat for assistants)");
    assertThat(described.path(API_ALONE).asText()).isEqualTo("Read bank accounts");
  }

  @Test
  void itsMetadataSaysWhatItIsAndTheChallengeLeadsThere() {
    JsonNode metadata = metadata("/mcp").json();

    assertThat(metadata.path("resource").asText()).isEqualTo(ADDRESS);
    assertThat(metadata.path("resource_name").asText()).isEqualTo("Expensicat for assistants");
    assertThat(Json.texts(metadata.path("scopes_supported"))).containsExactly(SHARED);
    assertThat(metadata("/v1").json().path("resource").asText()).isEqualTo(API_ADDRESS);
    assertThat(
            TokenClient.anonymous()
                .get(checkAddress(ADDRESS, SHARED))
                .header("WWW-Authenticate")
                .orElseThrow())
        .contains("/.well-known/oauth-protected-resource/mcp\"");
  }

  private static Answer metadata(String path) {
    return UserAgent.send(
        HttpRequest.newBuilder(
            URI.create(TWO.baseUrl() + "/.well-known/oauth-protected-resource" + path)));
  }

  @Test
  void whatAnAdminChangesAtOneNodeHoldsAtTheOther() {
    String settings = "/expensicat/resources/of-the-other-node";
    ONE.admin().put(settings, Json.object("{'address':'https://other.expensicat.test/other'}"));

    assertThat(metadata("/other").json().path("scopes_supported")).isEmpty();
    ONE.admin()
        .put(
            settings,
            Json.object(
                "{'address':'https://other.expensicat.test/others','scopes':['team:admin']}"));
    assertThat(metadata("/other").status()).isEqualTo(404);
    assertThat(Json.texts(metadata("/others").json().path("scopes_supported")))
        .containsExactly("team:admin");

    ONE.admin().delete(settings);
    assertThat(metadata("/others").status()).isEqualTo(404);
    assertThat(ONE.admin().send("DELETE", settings, null).status()).isEqualTo(404);
  }

  static Stream<Map.Entry<String, String>> badSettings() {
    return Stream.of(
        Map.entry("{'address':'/mcp'}", "absolute URI"),
        Map.entry("{'address':'https://mcp.expensicat.test/?a=b'}", "absolute URI"),
        Map.entry("{'address':'https://another.example/v1'}", "path of that of expensicat-api"),
        Map.entry("{'scopes':['openid']}", "no scope openid"),
        Map.entry("{'scopes':['transactions:read','none:such']}", "no scope none:such"));
  }

  @Test
  void settingsThatCannotHoldAreRefusedAndNothingIsChanged() {
    badSettings()
        .forEach(
            bad -> {
              Answer answer = TWO.admin().send("PUT", SETTINGS, Json.object(bad.getKey()));

              assertThat(answer.status()).as(answer::summary).isEqualTo(400);
              assertThat(answer.json().path("errorMessage").asText()).contains(bad.getValue());
            });
    assertThat(metadata("/mcp").json().path("resource").asText()).isEqualTo(ADDRESS);
  }

  @Test
  void aRealmFileHasThemAndWhatIsWrongThereIsTold() throws Throwable {
    ONE.admin()
        .withRealmChange(
            realm ->
                realm
                    .withObject("/attributes")
                    .put("expensicat.resource.from-a-file.address", "no address")
                    .put("expensicat.resource.from-a-file.scopes", "team:read nothing"),
            () -> {
              JsonNode all = TWO.admin().get("/expensicat/resources");
              JsonNode api = all.path(0);
              JsonNode file = all.path(2);

              assertThat(api.path("audience").asText()).isEqualTo(API_AUDIENCE);
              assertThat(api.path("address").asText()).isEqualTo(API_ADDRESS);
              assertThat(api.path("problems")).isEmpty();
              assertThat(file.path("audience").asText()).isEqualTo("from-a-file");
              assertThat(file.path("address").isTextual()).isFalse();
              assertThat(Json.texts(file.path("scopes"))).containsExactly("team:read");
              assertThat(Json.texts(file.path("problems"))).hasSize(2);
              assertThat(
                      ONE.admin()
                          .partialExport()
                          .at("/attributes/expensicat.resource.expensicat-mcp.address")
                          .asText())
                  .isEqualTo(ADDRESS);
            });
  }
}
