package com.expensicat.keycloak.it.authorize;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Registration;
import com.expensicat.keycloak.it.support.oauth.RequestObject;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A loopback redirect URI is stored as it was written and matches on any port (RFC 8252 7.3), also
 * at Keycloak's own check, which knows that for addresses without a port alone.
 */
class LoopbackRedirectIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();

  private static final String APP = "browser-app";
  private static final String ORIGIN = "http://localhost:5173";
  private static final List<String> WRITTEN =
      List.of(
          ORIGIN + "/callback", "http://[::1]:5173/callback", "http://127.0.0.1:5173/callback?x=1");

  @BeforeAll
  static void make() {
    ADMIN.createClient(
        Json.tree(
            Map.of(
                "clientId",
                APP,
                "publicClient",
                true,
                "webOrigins",
                List.of("+"),
                "redirectUris",
                WRITTEN)));
  }

  @AfterAll
  static void remove() {
    ADMIN.deleteClient(APP);
  }

  @Test
  void whatAnAdminWroteIsStoredAsWritten() {
    assertWritten();

    ADMIN.updateClient(APP, client -> client.put("name", "Browser app"));

    assertWritten();
  }

  static Stream<Arguments> onAnyPort() {
    return Stream.of(Addresses.values())
        .flatMap(
            addresses ->
                Stream.of(
                        ORIGIN + "/callback",
                        "http://localhost:6274/callback",
                        "http://localhost/callback",
                        "http://[::1]:6274/callback",
                        "http://127.0.0.1:6274/callback?x=1")
                    .map(redirectUri -> Arguments.of(addresses, redirectUri)));
  }

  @ParameterizedTest
  @MethodSource("onAnyPort")
  void aCodeComesToAnyPortAndIsRedeemedFromTheOriginThatWasWritten(
      Addresses addresses, String redirectUri) {
    AuthorizationFlow flow = flow(addresses, redirectUri);

    Answer tokens = tokens(addresses, flow.tokenRequest(code(flow, asked -> asked)), ORIGIN);

    assertThat(tokens.status()).as(tokens::summary).isEqualTo(200);
    assertThat(tokens.header("Access-Control-Allow-Origin")).hasValue(ORIGIN);
  }

  @ParameterizedTest
  @MethodSource("onAnyPort")
  void soDoesTheCodeOfAPushedRequest(Addresses addresses, String redirectUri) {
    AuthorizationFlow flow = flow(addresses, redirectUri);

    Answer tokens =
        tokens(
            addresses,
            flow.tokenRequest(code(flow, asked -> asked.pushed(TokenClient.anonymous()))),
            ORIGIN);

    assertThat(tokens.status()).as(tokens::summary).isEqualTo(200);
  }

  @ParameterizedTest
  @MethodSource("onAnyPort")
  void soDoesTheCodeOfARequestObject(Addresses addresses, String redirectUri) {
    AuthorizationFlow flow = flow(addresses, redirectUri);

    String code =
        code(
            flow,
            asked ->
                asked.edit(
                    request ->
                        Parameters.of(
                            "client_id", APP,
                            "redirect_uri", redirectUri,
                            "request", RequestObject.unsigned(RequestObject.claims(request)))));

    assertThat(code).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anOriginThatWasNotWrittenIsRefused(Addresses addresses) {
    AuthorizationFlow flow = flow(addresses, ORIGIN + "/callback");
    String code = code(flow, asked -> asked);

    Answer refused = tokens(addresses, flow.tokenRequest(code), "http://localhost:6274");

    assertThat(refused.status()).as(refused::summary).isEqualTo(403);
    assertThat(refused.header("Access-Control-Allow-Origin")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anotherHostAnotherPathAndAnotherQueryAreRefused(Addresses addresses) {
    for (String redirectUri :
        List.of(
            "http://localhost:6274/",
            "http://localhost:6274/callback/",
            "http://localhost:6274/callback?x=1",
            "http://localhost:6274/callback/../other",
            "http://127.0.0.1:6274/callback",
            "http://127.0.0.2:6274/callback?x=1",
            "http://localhost:6274@evil.example/callback",
            "https://localhost:5173/callback")) {
      assertRefused(flow(addresses, redirectUri));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aConfidentialClientIsSentToNoOtherPort(Addresses addresses) throws Throwable {
    ADMIN.withClient(
        Json.tree(
            Map.of("clientId", "confidential-app", "redirectUris", List.of(ORIGIN + "/callback"))),
        () ->
            assertRefused(
                flow(addresses, "http://localhost:6274/callback")
                    .with("client_id", "confidential-app")));
  }

  @ParameterizedTest
  @EnumSource
  void withoutAParameterTheOnlyOneThatWasWrittenIsMeant(Addresses addresses) throws Throwable {
    ADMIN.withClient(
        Json.tree(
            Map.of(
                "clientId",
                "one-address",
                "publicClient",
                true,
                "redirectUris",
                List.of(ORIGIN + "/callback"))),
        () -> {
          AuthorizationFlow flow =
              flow(addresses, ORIGIN + "/callback").with("client_id", "one-address");

          assertThat(code(flow, asked -> asked.without("redirect_uri"))).isNotEmpty();
        });
  }

  @ParameterizedTest
  @EnumSource
  void aBrowserApplicationThatRegisteredItselfRedeemsItsCode(Addresses addresses) {
    Registration registration = new Registration(SERVER, addresses);
    JsonNode client =
        registration
            .register(
                TokenClient.bearer(registration.initialAccessToken(1)),
                Json.write(
                    Registration.metadata(
                        Json.object("{'redirect_uris':['http://localhost:5173/callback']}"))))
            .json();
    try {
      assertThat(client.at("/redirect_uris/0").asText()).isEqualTo(ORIGIN + "/callback");
      AuthorizationFlow flow =
          flow(addresses, ORIGIN + "/callback")
              .with("client_id", client.path("client_id").asText());

      Answer tokens = tokens(addresses, flow.tokenRequest(code(flow, asked -> asked)), ORIGIN);

      assertThat(tokens.status()).as(tokens::summary).isEqualTo(200);
      assertThat(tokens.header("Access-Control-Allow-Origin")).hasValue(ORIGIN);
    } finally {
      ADMIN.deleteClient(client.path("client_id").asText());
    }
  }

  private static void assertWritten() {
    assertThat(ADMIN.client(APP).path("redirectUris"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrderElementsOf(WRITTEN);
  }

  private static AuthorizationFlow flow(Addresses addresses, String redirectUri) {
    return authorizeAt(addresses)
        .with("client_id", APP)
        .with("redirect_uri", redirectUri)
        .with("scope", "transactions:read");
  }

  /** The code that a flow ends with after its request was sent in another form. */
  private static String code(AuthorizationFlow flow, UnaryOperator<AuthorizationFlow> sent) {
    Browser browser = new Browser();
    Answer answer = sent.apply(flow).signIn(browser);
    return flow.callback(browser.acceptWhereAsked(answer)).get("code");
  }

  private static Answer tokens(Addresses addresses, Parameters request, String origin) {
    return TokenClient.anonymous().header("Origin", origin).post(addresses.token(SERVER), request);
  }

  private static void assertRefused(AuthorizationFlow flow) {
    Answer answer = flow.start(new Browser());
    assertThat(answer.status()).as(answer::summary).isEqualTo(400);
    assertThat(answer.header("Location")).isEmpty();
  }
}
