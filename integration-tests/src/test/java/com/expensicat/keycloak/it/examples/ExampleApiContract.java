package com.expensicat.keycloak.it.examples;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.DPoPKey;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the example API does whichever way it has a token verified. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ExampleApiContract {

  static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final String COMPANY = "org";

  TestIssuer issuer;
  ExampleApi api;

  /** Starts the API for an issuer that the realm trusts too. */
  abstract ExampleApi startApi(TestIssuer trusted) throws InterruptedException;

  @BeforeAll
  void start() throws InterruptedException {
    SERVER.admin().forgetSignOuts();
    issuer =
        TestIssuer.withKeysOfEveryKind()
            .trust(SERVER, "example-api", Map.of("exchangeClients", "expensicat-web"));
    api = startApi(issuer);
  }

  @AfterAll
  void stop() {
    if (api != null) {
      api.close();
    }
    issuer.close();
  }

  static Stream<ApiRequest> requests() {
    return ApiRequest.ALL.stream();
  }

  @Test
  void eachScopeOfTheGuideIsGoodForSomething() {
    assertThat(requests().map(ApiRequest::scope)).containsAll(ScopeTable.SCOPES);
  }

  @ParameterizedTest
  @MethodSource("requests")
  void eachEndpointTakesATokenOfItsScope(ApiRequest request) {
    Answer answer = request.send(TokenClient.bearer(accessToken(request.scope())), api::at);

    assertThat(answer.status()).as(answer::summary).isEqualTo(request.success());
    answer.json();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void eachEndpointRefusesATokenOfAllOtherScopesAndSaysWhichItNeeds(ApiRequest request) {
    List<String> others =
        ScopeTable.SCOPES.stream().filter(scope -> !scope.equals(request.scope())).toList();

    Answer answer =
        request.send(TokenClient.bearer(accessToken(String.join(" ", others))), api::at);

    assertRefused(answer, 403, "FORBIDDEN");
    assertThat(challenge(answer))
        .startsWith("Bearer ")
        .contains("error=\"insufficient_scope\"")
        .contains("scope=\"" + request.scope() + "\"");
  }

  @ParameterizedTest
  @MethodSource("requests")
  void eachEndpointRefusesWhoeverHasNoToken(ApiRequest request) {
    Answer answer = request.send(TokenClient.anonymous(), api::at);

    assertRefused(answer, 401, "UNAUTHORIZED");
    assertThat(challenge(answer)).startsWith("Bearer ").doesNotContain("error");
  }

  @Test
  void headNeedsTheScopeOfGet() {
    assertThat(head("transactions:read").status()).isEqualTo(200);
    assertThat(head("invoices:read").status()).isEqualTo(403);
  }

  private Answer head(String scope) {
    return TokenClient.bearer(accessToken(scope)).send("HEAD", api.at("/api/v1/transactions"));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void aSessionStandsForEachScope(ApiRequest request) {
    Answer answer = request.send(TokenClient.bearer(issuer.session().compact()), api::at);

    assertThat(answer.status()).as(answer::summary).isEqualTo(request.success());
  }

  @Test
  void aSessionsOwnScopesCutItDown() {
    String narrow = issuer.session().claim("scope", "invoices:read entries:read").compact();

    for (ApiRequest request : ApiRequest.ALL) {
      boolean holds = List.of("invoices:read", "entries:read").contains(request.scope());
      Answer answer = request.send(TokenClient.bearer(narrow), api::at);
      assertThat(answer.status()).as(answer::summary).isEqualTo(holds ? 200 : 403);
    }
  }

  @Test
  void tokensForSomethingElseAreRefused() {
    JsonNode tokens = tokens("openid transactions:read");
    String accessToken = tokens.path("access_token").asText();

    for (String wrong :
        List.of(
            accessToken("openid"),
            tokens.path("id_token").asText(),
            tokens.path("refresh_token").asText(),
            accessToken + "x",
            accessToken.substring(0, accessToken.length() - 20),
            accessToken.replaceFirst("[.].*[.]", ".e30."),
            "garbage")) {
      assertInvalidToken(transactions(TokenClient.bearer(wrong)));
    }
    assertThat(transactions(TokenClient.bearer(accessToken)).status()).isEqualTo(200);
  }

  @Test
  void aTokenCountsInTheHeaderAlone() {
    String token = accessToken("transactions:read");

    assertThat(
            TokenClient.anonymous()
                .get(api.at("/api/v1/transactions?access_token=" + token))
                .status())
        .isEqualTo(401);
  }

  @Test
  void aTokenThatIsBoundToAKeyNeedsAProofOfThatKeyForThisRequest() {
    DPoPKey key = DPoPKey.random();
    URI here = api.asClientsKnowIt("/api/v1/transactions");
    String bound = boundToken(key);
    String proof = key.proof("GET", here, bound);

    assertThat(transactions(withProof(bound, proof)).status()).isEqualTo(200);

    for (TokenClient refused :
        List.of(
            withProof(bound, proof),
            withProof(bound, key.proof("POST", here, bound)),
            withProof(bound, key.proof("GET", api.asClientsKnowIt("/api/v1/invoices"), bound)),
            withProof(bound, key.proof("GET", here)),
            withProof(bound, DPoPKey.random().proof("GET", here, bound)),
            TokenClient.anonymous().header("Authorization", "DPoP " + bound))) {
      Answer answer = transactions(refused);
      assertRefused(answer, 401, "UNAUTHORIZED");
      assertThat(challenge(answer)).startsWith("DPoP ").contains("error=\"invalid_");
    }
    assertInvalidToken(transactions(TokenClient.bearer(bound)));
  }

  @Test
  void aTokenThatIsBoundToNothingIsNoDPoPToken() {
    DPoPKey key = DPoPKey.random();
    String unbound = accessToken("transactions:read");
    String proof = key.proof("GET", api.asClientsKnowIt("/api/v1/transactions"), unbound);

    assertThat(transactions(withProof(unbound, proof)).status()).isEqualTo(401);
  }

  @Test
  void whoComesForTheFirstTimeFindsTransactions() {
    SessionJwt newcomer = issuer.session(TestIssuer.newSubject());

    assertThat(descriptions(newcomer)).hasSize(3).isEqualTo(descriptions(newcomer));
  }

  @Test
  void whatOnePersonAddsNobodyElseSees() {
    SessionJwt ada = issuer.session(TestIssuer.newSubject());
    SessionJwt kim = issuer.session(TestIssuer.newSubject());

    assertNotShared(ada, kim);
  }

  @Test
  void whatIsAddedForOneCompanyIsNotSeenForAnother() {
    SessionJwt ada = issuer.session(TestIssuer.newSubject());

    assertNotShared(ada.claim(COMPANY, "cats"), ada.claim(COMPANY, "dogs"));
    assertNotShared(ada.claim(COMPANY, "birds"), ada);
  }

  private void assertNotShared(SessionJwt one, SessionJwt other) {
    JsonNode added = add(one);

    String path = "/api/v1/transactions/" + added.path("id").asText();
    assertThat(descriptions(one)).contains("Cat litter");
    assertThat(TokenClient.bearer(one.compact()).get(api.at(path)).json()).isEqualTo(added);
    assertThat(descriptions(other)).doesNotContain("Cat litter");
    assertError(TokenClient.bearer(other.compact()).get(api.at(path)), 404, "NOT_FOUND");
  }

  /** One key for a person: the realm tells who somebody is at the issuer of session JWTs. */
  @Test
  void aPersonFindsTheSameByASessionJwtAndByAnAccessToken() {
    SessionJwt ada = issuer.session(TestIssuer.newSubject()).claim(COMPANY, "cats");
    String exchanged =
        SessionExchange.WEB
            .send(Addresses.PACK, ada.compact(), "transactions:read")
            .json()
            .path("access_token")
            .asText();
    add(ada);

    assertThat(descriptions(TokenClient.bearer(exchanged)))
        .contains("Cat litter")
        .isEqualTo(descriptions(ada));
  }

  @Test
  void twoUsersOfTheRealmSeeTheirOwn() {
    try (NewPerson kim = NewPerson.join()) {
      TokenClient demos = TokenClient.bearer(accessToken("transactions:read transactions:write"));
      String kims =
          authorizeAt(Addresses.PACK)
              .as(kim.person())
              .with("scope", "transactions:read")
              .tokens()
              .json()
              .path("access_token")
              .asText();
      post(demos);

      assertThat(descriptions(demos)).contains("Cat litter");
      assertThat(descriptions(TokenClient.bearer(kims))).hasSize(3);
    }
  }

  @Test
  void theReportCountsWhatIsThere() {
    SessionJwt ada = issuer.session(TestIssuer.newSubject());
    add(ada);

    JsonNode balance =
        TokenClient.bearer(ada.compact()).get(api.at("/api/v1/reports/balance")).json();

    assertThat(balance.path("count").asInt()).isEqualTo(4);
    assertThat(balance.at("/totals/EUR").asText()).isEqualTo("1022.10");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | /nothing            | 404 | NOT_FOUND",
        "GET    | /                   | 404 | NOT_FOUND",
        "GET    | /transactions/      | 404 | NOT_FOUND",
        "GET    | /transactions/0     | 404 | NOT_FOUND",
        "GET    | /transactions/x     | 400 | BAD_REQUEST",
        "GET    | /transactions;a=b   | 400 | BAD_REQUEST",
        "DELETE | /transactions       | 405 | METHOD_NOT_ALLOWED",
        "PUT    | /reports/balance    | 405 | METHOD_NOT_ALLOWED",
        "POST   | /reports/balance    | 405 | METHOD_NOT_ALLOWED",
        "POST   | /transactions       | 415 | UNSUPPORTED_MEDIA_TYPE",
      })
  void wrongAddressesAndMethodsAreToldSo(String method, String path, int status, String code) {
    Answer answer = everything().send(method, api.at("/api/v1" + path));

    assertError(answer, status, code);
    assertThat(answer.header("Allow").isPresent()).isEqualTo(status == 405);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{",
        "[]",
        "null",
        "{}",
        "{'date':{}}",
        "{'date':'yesterday','description':'x','amount':'1','currency':'EUR'}",
        "{'date':'2026-11-27','description':'x','amount':'1e9','currency':'EUR'}",
        "{'date':'2026-11-27','description':'','amount':'1','currency':'EUR'}",
        "{'date':'2026-11-27','description':'x','amount':'1','currency':'EUR','company':'dogs'}",
      })
  void aBodyThatIsNoTransactionIsToldSo(String body) {
    Answer answer =
        everything()
            .send(
                "POST",
                api.at("/api/v1/transactions"),
                "application/json",
                body.replace('\'', '"'));

    assertError(answer, 400, "BAD_REQUEST");
  }

  private TokenClient everything() {
    return TokenClient.bearer(issuer.session().compact());
  }

  JsonNode tokens(String scope) {
    return authorizeAt(Addresses.PACK).as(Person.DEMO).with("scope", scope).tokens().json();
  }

  String accessToken(String scope) {
    return tokens(scope).path("access_token").asText();
  }

  private static String boundToken(DPoPKey key) {
    URI token = Addresses.PACK.token(SERVER);
    return authorizeAt(Addresses.PACK)
        .with("scope", "transactions:read")
        .tokens(
            new Browser(),
            BodyKind.FORM,
            TokenClient.anonymous().header("DPoP", key.proof("POST", token)))
        .json()
        .path("access_token")
        .asText();
  }

  private static TokenClient withProof(String token, String proof) {
    return TokenClient.anonymous().header("Authorization", "DPoP " + token).header("DPoP", proof);
  }

  Answer transactions(TokenClient client) {
    return ApiRequest.LIST_TRANSACTIONS.send(client, api::at);
  }

  private JsonNode add(SessionJwt session) {
    return post(TokenClient.bearer(session.compact()));
  }

  private JsonNode post(TokenClient client) {
    Answer added = ApiRequest.ADD_TRANSACTION.send(client, api::at);
    assertThat(added.status()).as(added::summary).isEqualTo(201);
    return added.json();
  }

  private List<String> descriptions(SessionJwt session) {
    return descriptions(TokenClient.bearer(session.compact()));
  }

  private List<String> descriptions(TokenClient client) {
    Answer answer = transactions(client);
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return answer.json().path("data").findValuesAsText("description");
  }

  static void assertInvalidToken(Answer answer) {
    assertRefused(answer, 401, "UNAUTHORIZED");
    assertThat(challenge(answer)).startsWith("Bearer ").contains("error=\"invalid_token\"");
  }

  /** It says where the realm tells what the API is and who gives tokens for it. */
  private static void assertRefused(Answer answer, int status, String code) {
    assertError(answer, status, code);
    assertThat(challenge(answer))
        .contains(
            "resource_metadata=\""
                + SERVER.publicUrl()
                + "/.well-known/oauth-protected-resource/v1\"");
  }

  private static void assertError(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer::summary).isEqualTo(status);
    assertThat(answer.header("Content-Type").orElse("")).startsWith("application/json");
    JsonNode body = answer.json();
    assertThat(body.fieldNames()).toIterable().containsExactly("error");
    assertThat(body.path("error").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("code", "message");
    assertThat(body.at("/error/code").asText()).isEqualTo(code);
  }

  private static String challenge(Answer answer) {
    List<String> challenges = answer.headers().allValues("WWW-Authenticate");
    assertThat(challenges).as(answer::summary).hasSize(1);
    return challenges.get(0);
  }
}
