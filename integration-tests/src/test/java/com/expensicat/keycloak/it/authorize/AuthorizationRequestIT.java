package com.expensicat.keycloak.it.authorize;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.Events;
import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Cases;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What authorization requests are answered, good and bad, plain and pushed. */
class AuthorizationRequestIT {

  private final KeycloakServer server = KeycloakServer.shared();

  static Stream<Arguments> redirected() {
    return Cases.atEachAddress("authorization-requests-redirected.csv");
  }

  static Stream<Arguments> untrusted() {
    return Cases.atEachAddress("authorization-requests-untrusted.csv");
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("redirected")
  void aBadRequestIsToldTheClientByARedirect(
      Addresses addresses, String name, String change, String error) {
    AuthorizationFlow flow =
        authorizeAt(addresses).with("scope", "transactions:read").edit(Cases.change(change));

    Parameters callback = flow.callback(flow.start(new Browser()));

    assertThat(callback.get("error")).isEqualTo(error);
    assertThat(callback.get("error_description")).matches("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]+");
    assertThat(callback.get("error_uri"))
        .isEqualTo(server.publicUrl() + "/api/auth/oauth2/#error-" + error);
    assertThat(callback.get("state")).isEqualTo(flow.parameters().get("state"));
    assertThat(callback.get("iss")).isEqualTo(server.realmUrl());
    assertThat(callback.find("code")).isEmpty();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("redirected")
  void theSameRequestPushedIsToldAtOnce(
      Addresses addresses, String name, String change, String error) {
    Parameters request =
        authorizeAt(addresses)
            .with("scope", "transactions:read")
            .edit(Cases.change(change))
            .parameters();

    Answer answer = TokenClient.anonymous().post(addresses.par(server), request);

    assertError(answer, 400, error);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("untrusted")
  void nobodyIsSentToAnUntrustedAddress(Addresses addresses, String name, String change) {
    Browser browser = new Browser();
    AuthorizationFlow flow = authorizeAt(addresses).edit(Cases.change(change));

    Answer answer = flow.start(browser);

    assertThat(answer.status()).as(answer::summary).isEqualTo(400);
    assertThat(answer.location()).isEmpty();
    assertThat(answer.header("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
    assertThat(answer.body()).doesNotContain("evil.example/");
  }

  @ParameterizedTest
  @EnumSource
  void theEventOfAnUntrustedAddressNamesItAndTheClient(Addresses addresses) throws Exception {
    String untrusted = "https://evil.example/" + UUID.randomUUID();
    AuthorizationFlow flow = authorizeAt(addresses).with("redirect_uri", untrusted);
    try (Events events =
        Events.keeping(server.admin(), List.of("PUSHED_AUTHORIZATION_REQUEST_ERROR"))) {
      Events.Watch logins = events.watch("LOGIN_ERROR");
      flow.start(new Browser());
      assertNames(logins.event(), "invalid_redirect_uri", untrusted);

      Events.Watch pushes = events.watch("PUSHED_AUTHORIZATION_REQUEST_ERROR");
      TokenClient.anonymous().post(addresses.par(server), flow.parameters());
      assertNames(pushes.event(), "invalid_request", untrusted);
    }
  }

  private static void assertNames(JsonNode event, String error, String redirectUri) {
    assertThat(event.path("error").asText()).isEqualTo(error);
    assertThat(event.path("clientId").asText()).isEqualTo(AuthorizationFlow.DEMO_APP);
    assertThat(event.at("/details/redirect_uri").asText()).isEqualTo(redirectUri);
  }

  @ParameterizedTest
  @EnumSource
  void aPushedRequestForAnUntrustedAddressIsRefused(Addresses addresses) {
    Parameters request = authorizeAt(addresses).parameters();

    assertError(
        TokenClient.anonymous()
            .post(addresses.par(server), request.with("redirect_uri", "https://evil.example/")),
        400,
        "invalid_request");
    assertError(
        TokenClient.anonymous().post(addresses.par(server), request.with("client_id", "nobody")),
        401,
        "invalid_client");
  }

  @ParameterizedTest
  @EnumSource
  void aPushedRequestLeadsToACode(Addresses addresses) {
    AuthorizationFlow flow = authorizeAt(addresses).with("scope", "transactions:read");
    Answer pushed = TokenClient.anonymous().post(addresses.par(server), flow.parameters());
    assertThat(pushed.status()).as(pushed::summary).isEqualTo(201);
    assertThat(pushed.header("Cache-Control")).hasValue("no-store");

    Parameters callback =
        flow.edit(
                request ->
                    Parameters.of(
                        "client_id",
                        AuthorizationFlow.DEMO_APP,
                        "request_uri",
                        pushed.json().path("request_uri").asText(),
                        "redirect_uri",
                        AuthorizationFlow.CALLBACK))
            .callback(new Browser());
    Answer tokens =
        TokenClient.anonymous()
            .post(addresses.token(server), flow.tokenRequest(callback.get("code")));

    assertThat(tokens.json().path("scope").asText()).isEqualTo("transactions:read");
  }

  @ParameterizedTest
  @EnumSource
  void aRequestMayBePosted(Addresses addresses) {
    Browser browser = new Browser();
    AuthorizationFlow flow = authorizeAt(addresses).with("scope", "transactions:read");

    Answer answer = browser.post(addresses.authorize(server), flow.parameters());
    if (answer.status() == 307) {
      answer = browser.post(answer.location().orElseThrow(), flow.parameters());
    }

    assertThat(answer.form(Browser.LOGIN_FORM)).as(answer::summary).isPresent();
  }

  @ParameterizedTest
  @EnumSource
  void aParameterWithTwoValuesInQueryAndFormIsRefused(Addresses addresses) {
    Browser browser = new Browser();
    Parameters request = authorizeAt(addresses).parameters();
    URI address = URI.create(addresses.authorize(server) + "?state=another");

    Answer answer = browser.post(address, request);
    if (answer.status() == 307) {
      answer = browser.post(answer.location().orElseThrow(), request);
    }

    assertThat(answer.status()).as(answer::summary).isEqualTo(400);
  }

  @ParameterizedTest
  @EnumSource
  void withoutAScopeTheClientGetsNoScopeOfTheCatalog(Addresses addresses) throws Exception {
    Answer tokens = authorizeAt(addresses).tokens();

    assertThat(tokens.status()).as(tokens::summary).isEqualTo(200);
    assertThat(tokens.json().path("scope").asText()).isEmpty();
    JsonNode claims = Jwt.claims(tokens.json().path("access_token").asText());
    assertThat(claims.path("scope").asText()).isEmpty();
    assertThat(claims.has("aud")).as(claims::toString).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void onceSignedInAPersonIsNotAskedAgain(Addresses addresses) {
    Browser browser = new Browser();
    AuthorizationFlow flow = authorizeAt(addresses).with("scope", "transactions:read");
    flow.callback(browser);

    AuthorizationFlow silent = flow.with("prompt", "none");
    Parameters again = silent.callback(silent.start(browser));
    Parameters stranger = silent.callback(silent.start(new Browser()));

    assertThat(again.find("code")).isPresent();
    assertThat(stranger.get("error")).isEqualTo("login_required");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:5555/callback", "http://localhost/callback"})
  void aLoopbackRedirectOfAPublicClientMatchesOnAnyPort(String redirectUri) {
    for (Addresses addresses : Addresses.values()) {
      Answer answer = authorizeAt(addresses).with("redirect_uri", redirectUri).start(new Browser());
      assertThat(answer.form(Browser.LOGIN_FORM)).as(answer::summary).isPresent();
    }
  }

  @Test
  void theQueryGoesToKeycloaksAddressByteForByte() {
    String query = "client_id=expensicat-demo-app&state=a+b%20c%2fd&scope=transactions%3Aread";

    Answer answer = new Browser().get(URI.create(Addresses.PACK.authorize(server) + "?" + query));

    assertThat(answer.status()).isEqualTo(302);
    assertThat(answer.header("Location"))
        .hasValue(Addresses.KEYCLOAK.authorize(server) + "?" + query);
    assertThat(answer.header("Cache-Control")).hasValue("no-store");
  }

  @Test
  void theConsentPageShowsTheDescriptionsOfTheScopes() throws Throwable {
    server
        .admin()
        .withUser(
            Json.object(
                "{'username':'newcomer','enabled':true,'email':'newcomer@expensicat.test',"
                    + "'credentials':[{'type':'password','value':'newcomer'}]}"),
            () -> {
              Answer page =
                  authorizeAt(Addresses.PACK)
                      .as(new Person("newcomer", "newcomer"))
                      .scope(ScopeTable.SCOPES)
                      .signIn(new Browser());
              assertThat(page.form(Browser.CONSENT_FORM)).as(page::summary).isPresent();
              for (ScopeTable.Row row : ScopeTable.ROWS) {
                assertThat(page.document().text()).contains(row.description());
              }
            });
  }
}
