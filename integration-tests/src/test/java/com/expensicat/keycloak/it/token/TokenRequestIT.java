package com.expensicat.keycloak.it.token;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
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
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What token requests are answered, good and bad, as forms and as JSON. */
class TokenRequestIT {

  private static final TokenClient WEB =
      TokenClient.basic("expensicat-web", "expensicat-web-dev-secret");

  /** Signed in once, so that each case gets its code quickly. */
  private static final Browser BROWSER = new Browser();

  private final KeycloakServer server = KeycloakServer.shared();

  static Stream<Arguments> bad() {
    return Cases.atEachAddress("token-requests.csv");
  }

  static Stream<Arguments> badJson() {
    return Cases.of("token-json-bodies.csv");
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("bad")
  void aBadFormIsRefused(
      Addresses addresses, String name, String change, String status, String error) {
    Parameters request = Cases.change(change).apply(goodRequest(addresses));

    Answer answer = TokenClient.anonymous().post(addresses.token(server), request);

    assertError(answer, Integer.parseInt(status), error);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("bad")
  void theSameInJsonIsRefusedAlike(
      Addresses addresses, String name, String change, String status, String error) {
    if (addresses != Addresses.PACK || change.contains("+")) {
      return;
    }
    Parameters request = Cases.change(change).apply(goodRequest(addresses));

    Answer answer = TokenClient.anonymous().post(addresses.token(server), BodyKind.JSON, request);

    assertError(answer, Integer.parseInt(status), error);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badJson")
  void whatIsNoFlatObjectOfStringsIsRefused(String name, String body, String error, String reason) {
    Answer answer =
        TokenClient.anonymous()
            .send("POST", Addresses.PACK.token(server), BodyKind.JSON.mediaType(), body);

    assertError(answer, 400, error);
    assertThat(answer.json().path("error_description").asText()).contains(reason);
  }

  @ParameterizedTest
  @EnumSource
  void aCodeIsBurntByOneWrongTry(Addresses addresses) {
    Parameters good = goodRequest(addresses);
    TokenClient client = TokenClient.anonymous();
    client.post(addresses.token(server), good.with("code_verifier", "a".repeat(43)));

    assertError(client.post(addresses.token(server), good), 400, "invalid_grant");
  }

  @ParameterizedTest
  @EnumSource
  void aSecondUseOfACodeEndsTheTokensOfTheFirst(Addresses addresses) {
    AuthorizationFlow flow = authorizeAt(addresses).with("scope", "transactions:read");
    Parameters good = flow.tokenRequest(flow.callback(new Browser()).get("code"));
    TokenClient client = TokenClient.anonymous();
    JsonNode tokens = client.post(addresses.token(server), good).json();
    String accessToken = tokens.path("access_token").asText();
    assertThat(introspect(addresses, accessToken).path("active").asBoolean()).isTrue();

    assertError(client.post(addresses.token(server), good), 400, "invalid_grant");

    assertThat(introspect(addresses, accessToken)).isEqualTo(Json.object("{'active':false}"));
    assertError(DemoApp.refresh(addresses, tokens), 400, "invalid_grant");
  }

  @ParameterizedTest
  @EnumSource
  void aSecondUseOfARefreshTokenEndsItsFamily(Addresses addresses) {
    JsonNode first = authorizeAt(addresses).with("scope", "transactions:read").tokens().json();
    JsonNode second = DemoApp.refresh(addresses, first).json();
    assertThat(second.path("scope").asText()).isEqualTo("transactions:read");

    assertError(DemoApp.refresh(addresses, first), 400, "invalid_grant");

    assertError(DemoApp.refresh(addresses, second), 400, "invalid_grant");
    assertThat(introspect(addresses, second.path("access_token").asText()))
        .isEqualTo(Json.object("{'active':false}"));
  }

  @ParameterizedTest
  @EnumSource
  void aRefreshNeverWidensTheGrantAndAsksForNothingUnknown(Addresses addresses) {
    JsonNode tokens =
        authorizeAt(addresses).with("scope", "transactions:read invoices:read").tokens().json();
    Parameters request =
        DemoApp.refreshRequest(tokens).with("scope", "transactions:read banking:write");
    TokenClient client = TokenClient.anonymous();

    assertError(client.post(addresses.token(server), request), 400, "invalid_scope");
    assertError(
        client.post(addresses.token(server), request.with("scope", "unknown:scope")),
        400,
        "invalid_scope");
    Answer narrower =
        client.post(addresses.token(server), request.with("scope", "transactions:read"));

    assertThat(narrower.json().path("scope").asText())
        .as("a refused refresh uses nothing up: " + narrower.summary())
        .isEqualTo("transactions:read");
  }

  @ParameterizedTest
  @EnumSource
  void aWrongSecretInAHeaderIsAnsweredWithAChallenge(Addresses addresses) {
    Answer answer =
        TokenClient.basic("expensicat-web", "wrong")
            .post(addresses.token(server), Parameters.of("grant_type", "client_credentials"));

    assertError(answer, 401, "invalid_client");
    assertThat(answer.header("WWW-Authenticate")).hasValue("Basic realm=\"expensicat\"");
  }

  @ParameterizedTest
  @EnumSource
  void headerAndBodyMustNameTheSameClient(Addresses addresses) {
    Parameters request = Parameters.of("grant_type", "client_credentials");

    assertError(
        WEB.post(addresses.token(server), request.with("client_id", "expensicat-api")),
        400,
        "invalid_request");
    assertError(
        WEB.post(addresses.token(server), request.with("client_secret", "another")),
        400,
        "invalid_request");
  }

  @ParameterizedTest
  @EnumSource
  void parametersInTheQueryAreRefusedAndOtherQueriesIgnored(Addresses addresses) {
    Parameters good = goodRequest(addresses);
    TokenClient client = TokenClient.anonymous();

    assertError(
        client.post(at(addresses, "?code_verifier=" + good.get("code_verifier")), good),
        400,
        "invalid_request");
    Answer answer = client.post(at(addresses, "?utm_source=docs"), good);

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
  }

  private URI at(Addresses addresses, String query) {
    return URI.create(addresses.token(server) + query);
  }

  @ParameterizedTest
  @EnumSource
  void aBrowserApplicationReadsAnswersAtItsRegisteredOriginsOnly(Addresses addresses) {
    Parameters request =
        Parameters.of(
            "grant_type", "refresh_token",
            "client_id", AuthorizationFlow.DEMO_APP,
            "refresh_token", "x");
    TokenClient own = TokenClient.anonymous().header("Origin", "http://127.0.0.1:9876");
    TokenClient foreign = TokenClient.anonymous().header("Origin", "https://evil.example");

    Answer seen = own.post(addresses.token(server), request);
    Answer repeated = own.post(addresses.token(server), request.and("refresh_token", "y"));
    Answer unseen = foreign.post(addresses.token(server), request);
    Answer wrongSecret =
        foreign.post(
            addresses.token(server),
            Parameters.of(
                "grant_type", "client_credentials",
                "client_id", "expensicat-web",
                "client_secret", "wrong"));
    Answer preflight =
        own.header("Access-Control-Request-Method", "POST")
            .send("OPTIONS", addresses.token(server));

    assertThat(seen.header("Access-Control-Allow-Origin")).hasValue("http://127.0.0.1:9876");
    assertError(repeated, 400, "invalid_request");
    assertThat(repeated.header("Access-Control-Allow-Origin")).hasValue("http://127.0.0.1:9876");
    assertError(unseen, 403, "invalid_request");
    assertThat(unseen.header("Access-Control-Allow-Origin")).isEmpty();
    assertThat(wrongSecret.header("Access-Control-Allow-Origin")).isEmpty();
    assertThat(preflight.status()).isIn(200, 204);
    assertThat(preflight.header("Access-Control-Allow-Origin")).isPresent();
  }

  @Test
  void aBodyOver64KiBIsRefusedAsFormAndAsJson() {
    Parameters request =
        Parameters.of("grant_type", "refresh_token", "refresh_token", "x".repeat(65 * 1024));

    for (BodyKind kind : BodyKind.values()) {
      assertError(
          TokenClient.anonymous().post(Addresses.PACK.token(server), kind, request),
          413,
          "invalid_request");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/xml", "application/vnd.api+json", "garbage"})
  void anotherMediaTypeIsRefused(String mediaType) {
    assertError(
        TokenClient.anonymous()
            .send("POST", Addresses.PACK.token(server), mediaType, "grant_type=refresh_token"),
        415,
        "invalid_request");
  }

  @Test
  void aFormThatCannotBeDecodedIsRefused() {
    assertError(
        TokenClient.anonymous()
            .send("POST", Addresses.PACK.token(server), BodyKind.FORM.mediaType(), "code=%zz"),
        400,
        "invalid_request");
  }

  @ParameterizedTest
  @EnumSource
  void anApplicationActingForItselfHasOnlyWhatAnAdminGaveIt(Addresses addresses) throws Throwable {
    AdminApi admin = server.admin();
    admin.withClient(
        Json.object(
            "{'clientId':'batch','publicClient':false,'secret':'batch-secret',"
                + "'serviceAccountsEnabled':true,'standardFlowEnabled':false}"),
        () -> {
          TokenClient batch = TokenClient.basic("batch", "batch-secret");
          Parameters request = Parameters.of("grant_type", "client_credentials");
          assertError(
              batch.post(addresses.token(server), request.with("scope", "transactions:read")),
              400,
              "invalid_scope");
          Answer nothing = batch.post(addresses.token(server), request);
          assertThat(nothing.json().path("scope").asText()).as(nothing::summary).isEmpty();

          String scope = admin.clientScope("transactions:read").get("id").asText();
          admin.delete(admin.clientPath("batch") + "/optional-client-scopes/" + scope);
          admin.put(admin.clientPath("batch") + "/default-client-scopes/" + scope, null);
          Answer given =
              batch.post(addresses.token(server), request.with("scope", "transactions:read"));
          assertThat(given.json().path("scope").asText())
              .as(given::summary)
              .isEqualTo("transactions:read");
        });
  }

  private static Parameters goodRequest(Addresses addresses) {
    AuthorizationFlow flow = authorizeAt(addresses).with("scope", "transactions:read");
    return flow.tokenRequest(flow.callback(BROWSER).get("code"));
  }

  private JsonNode introspect(Addresses addresses, String token) {
    return ResourceServer.API.introspect(addresses, token);
  }

  @ParameterizedTest
  @EnumSource
  void onlyTheTokenEndpointTakesJson(Addresses addresses) {
    Parameters parameters = Parameters.of("token", "any", "client_id", AuthorizationFlow.DEMO_APP);
    for (URI address :
        List.of(addresses.introspect(server), addresses.revoke(server), addresses.par(server))) {
      for (TokenClient client : List.of(TokenClient.anonymous(), ResourceServer.API.client())) {
        Answer answer = client.post(address, BodyKind.JSON, parameters);
        assertError(answer, 415, "invalid_request");
        assertThat(answer.json().path("error_description").asText()).contains("form");
      }
    }
  }

  /** Media types are the same in any case (RFC 9110 8.3.1). */
  @ParameterizedTest
  @EnumSource
  void aFormIsReadInWhateverCaseItsMediaTypeIsWritten(Addresses addresses) {
    for (String type :
        List.of(
            "APPLICATION/X-WWW-FORM-URLENCODED",
            "Application/X-WWW-Form-Urlencoded; Charset=utf-8")) {
      AuthorizationFlow flow = authorizeAt(addresses).with("scope", "transactions:read");
      assertThat(inCase(addresses.par(server), type, flow.parameters()).status()).isEqualTo(201);
      Answer tokens =
          inCase(
              addresses.token(server),
              type,
              flow.tokenRequest(flow.callback(new Browser()).get("code")));
      assertThat(tokens.status()).as(tokens::summary).isEqualTo(200);
      Parameters token = Parameters.of("token", tokens.json().path("access_token").asText());
      Parameters api =
          token
              .with("client_id", "expensicat-api")
              .with("client_secret", "expensicat-api-dev-secret");
      assertThat(inCase(addresses.introspect(server), type, api).json().path("active").asBoolean())
          .isTrue();
      assertThat(
              inCase(
                      addresses.revoke(server),
                      type,
                      token.with("client_id", AuthorizationFlow.DEMO_APP))
                  .status())
          .isEqualTo(200);
      assertThat(inCase(addresses.introspect(server), type, api).json().path("active").asBoolean())
          .isFalse();
    }
    Answer json =
        TokenClient.anonymous()
            .send(
                "POST", Addresses.PACK.token(server), "APPLICATION/JSON", "{\"grant_type\":\"x\"}");
    assertError(json, 400, "unsupported_grant_type");
    Answer elsewhere =
        TokenClient.anonymous()
            .send("POST", addresses.revoke(server), "Application/Json", "{\"token\":\"x\"}");
    assertError(elsewhere, 415, "invalid_request");
  }

  private static Answer inCase(URI address, String mediaType, Parameters form) {
    return TokenClient.anonymous().send("POST", address, mediaType, form.encoded());
  }
}
