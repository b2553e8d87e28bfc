package com.expensicat.keycloak.it.token;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
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
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Cases;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that name the server they want a token for (RFC 8707), at each address and with each
 * grant: the API's address is taken, and whatever else is {@code invalid_target}.
 */
class ResourceIndicatorIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final String SCOPE = "transactions:read";
  private static final TokenClient BATCH = TokenClient.basic("batch-of-resources", "batch-secret");

  /** Signed in once, so that each case gets its code quickly. */
  private static final Browser BROWSER = new Browser();

  private static TestIssuer issuer;

  @BeforeAll
  static void prepare() {
    AdminApi admin = SERVER.admin();
    admin.createClient(
        Json.object(
            "{'clientId':'batch-of-resources','publicClient':false,'secret':'batch-secret',"
                + "'serviceAccountsEnabled':true,'standardFlowEnabled':false}"));
    String scope = admin.clientScope(SCOPE).get("id").asText();
    String batch = admin.clientPath("batch-of-resources");
    admin.delete(batch + "/optional-client-scopes/" + scope);
    admin.put(batch + "/default-client-scopes/" + scope, null);
  }

  @AfterAll
  static void tidyUp() {
    SERVER.admin().deleteClient("batch-of-resources");
    if (issuer != null) {
      issuer.close();
    }
  }

  static Stream<Arguments> resources() {
    return Cases.atEachAddress("resources.csv");
  }

  private static Parameters changed(Parameters request, String change) {
    return Cases.change(change.replace("$api", API_ADDRESS).replace("$issuer", SERVER.realmUrl()))
        .apply(request);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("resources")
  void anAuthorizationRequestNamesTheApiAlone(
      Addresses addresses, String name, String change, String verdict) {
    AuthorizationFlow flow =
        authorizeAt(addresses).with("scope", SCOPE).edit(request -> changed(request, change));

    Answer answer = flow.start(new Browser());

    if (verdict.equals("taken")) {
      assertThat(answer.form(Browser.LOGIN_FORM)).as(answer::summary).isPresent();
      return;
    }
    Parameters callback = flow.callback(answer);
    assertThat(callback.get("error")).isEqualTo("invalid_target");
    assertThat(callback.get("error_description")).isNotBlank();
    assertThat(callback.get("state")).isEqualTo(flow.parameters().get("state"));
    assertThat(callback.get("iss")).isEqualTo(SERVER.realmUrl());
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("resources")
  void aPushedRequestToo(Addresses addresses, String name, String change, String verdict) {
    Parameters request = changed(authorizeAt(addresses).with("scope", SCOPE).parameters(), change);

    Answer answer = TokenClient.anonymous().post(addresses.par(SERVER), request);

    if (verdict.equals("taken")) {
      assertThat(answer.status()).as(answer::summary).isEqualTo(201);
    } else {
      assertError(answer, 400, "invalid_target");
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("resources")
  void aTokenRequestTooWithEachGrant(
      Addresses addresses, String name, String change, String verdict) throws ParseException {
    AuthorizationFlow flow = authorizeAt(addresses).with("scope", SCOPE);
    Parameters code = flow.tokenRequest(flow.callback(BROWSER).get("code"));

    Answer tokens = assertVerdict(verdict, addresses, TokenClient.anonymous(), code, change);

    JsonNode given =
        verdict.equals("taken")
            ? tokens.json()
            : TokenClient.anonymous().post(addresses.token(SERVER), code).json();
    assertVerdict(
        verdict, addresses, TokenClient.anonymous(), DemoApp.refreshRequest(given), change);
    assertVerdict(
        verdict,
        addresses,
        BATCH,
        Parameters.of("grant_type", "client_credentials", "scope", SCOPE),
        change);
  }

  /** A request that is refused uses nothing up. */
  private static Answer assertVerdict(
      String verdict, Addresses addresses, TokenClient client, Parameters request, String change)
      throws ParseException {
    Answer answer = client.post(addresses.token(SERVER), changed(request, change));
    if (verdict.equals("taken")) {
      assertThat(answer.status()).as(answer::summary).isEqualTo(200);
      assertIsForTheApi(answer.json());
    } else {
      assertError(answer, 400, "invalid_target");
    }
    return answer;
  }

  private static void assertIsForTheApi(JsonNode tokens) throws ParseException {
    assertThat(Jwt.claims(tokens.path("access_token").asText()).path("aud"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder(API_AUDIENCE, API_ADDRESS);
  }

  @ParameterizedTest
  @EnumSource
  void anExchangeNamesTheApiAlone(Addresses addresses) throws ParseException {
    if (issuer == null) {
      issuer =
          TestIssuer.trusted(SERVER, "of-resources", Map.of("exchangeClients", "expensicat-web"));
    }
    Parameters request = SessionExchange.request(issuer.session().compact(), SCOPE);

    Answer taken =
        SessionExchange.WEB.send(
            addresses,
            request
                .and("resource", API_ADDRESS)
                .and("resource", API_ADDRESS)
                .and("audience", API_AUDIENCE));
    Answer another =
        SessionExchange.WEB.send(addresses, request.and("resource", "https://evil.example/"));
    Answer both =
        SessionExchange.WEB.send(
            addresses,
            request.and("resource", API_ADDRESS).and("resource", "https://evil.example/"));
    Answer asAudience = SessionExchange.WEB.send(addresses, request.and("audience", API_ADDRESS));

    assertIsForTheApi(taken.json());
    assertError(another, 400, "invalid_target");
    assertError(both, 400, "invalid_target");
    assertThat(asAudience.status()).as(asAudience::summary).isEqualTo(400);
  }

  @Test
  void aJsonBodyIsReadAlike() {
    Parameters request = Parameters.of("grant_type", "client_credentials", "scope", SCOPE);

    assertError(
        BATCH.post(
            Addresses.PACK.token(SERVER),
            BodyKind.JSON,
            request.with("resource", "https://evil.example/")),
        400,
        "invalid_target");
    assertThat(
            BATCH
                .post(
                    Addresses.PACK.token(SERVER),
                    BodyKind.JSON,
                    request.with("resource", API_ADDRESS))
                .status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void whatARequestObjectNamesCountsAlike(Addresses addresses) {
    for (Object resource :
        List.of("https://evil.example/", List.of(API_ADDRESS, "https://evil.example/"), Map.of())) {
      AuthorizationFlow plain = authorizeAt(addresses).with("resource", API_ADDRESS);
      AuthorizationFlow flow = plain.with("request", requestObject(plain.parameters(), resource));

      assertThat(flow.callback(flow.start(new Browser())).get("error")).isEqualTo("invalid_target");
      assertError(
          TokenClient.anonymous().post(addresses.par(SERVER), flow.parameters()),
          400,
          "invalid_target");
    }
  }

  private static String requestObject(Parameters request, Object resource) {
    JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder();
    request.list().forEach(parameter -> claims.claim(parameter.name(), parameter.value()));
    return new PlainJWT(claims.claim("resource", resource).build()).serialize();
  }

  /** As an MCP client does it: the address in both requests, and in the refresh. */
  @ParameterizedTest
  @EnumSource
  void aClientThatAlwaysNamesTheApiGetsTokensForIt(Addresses addresses) throws ParseException {
    AuthorizationFlow flow =
        authorizeAt(addresses).with("scope", SCOPE).with("resource", API_ADDRESS);
    Parameters code =
        flow.tokenRequest(flow.callback(new Browser()).get("code")).and("resource", API_ADDRESS);

    JsonNode tokens = TokenClient.anonymous().post(addresses.token(SERVER), code).json();
    JsonNode refreshed =
        TokenClient.anonymous()
            .post(
                addresses.token(SERVER),
                DemoApp.refreshRequest(tokens).and("resource", API_ADDRESS))
            .json();

    assertIsForTheApi(tokens);
    assertIsForTheApi(refreshed);
    String accessToken = refreshed.path("access_token").asText();
    JsonNode said = ResourceServer.API.introspect(addresses, accessToken);
    assertThat(said.path("active").asBoolean()).as(said::toString).isTrue();
    assertThat(said.path("aud"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder(API_AUDIENCE, API_ADDRESS);
    assertThat(Gateway.check(accessToken, SCOPE).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void withoutAScopeOfTheCatalogTheApiIsNotInTheAudience(Addresses addresses)
      throws ParseException {
    JsonNode tokens =
        authorizeAt(addresses)
            .with("scope", "openid profile")
            .with("resource", API_ADDRESS)
            .tokens()
            .json();

    assertThat(Jwt.claims(tokens.path("access_token").asText()).path("aud").toString())
        .doesNotContain(API_AUDIENCE)
        .doesNotContain(API_ADDRESS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "https://api.expensicat.test/#part", "not an address"})
  @Tag("slow")
  void anAddressThatIsNoneStopsTheStart(String address) {
    String option = KeycloakServer.API_ADDRESS_OPTION.replace(API_ADDRESS, "");

    String output =
        ServerProcess.failToStart(ServerSettings.standard().withRuntimeOptions(option + address));

    assertThat(output).contains("api-address", "not an absolute URI");
  }
}
