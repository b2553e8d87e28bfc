package com.expensicat.keycloak.it.token;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.attack.Attack;
import com.expensicat.keycloak.it.attack.AttackTest;
import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.IssuerSignIn;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Access tokens are exchanged for others by Keycloak's own exchange (RFC 8693), and no client gets
 * more by it than it holds already.
 */
class TokenExchangeIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final String GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final String TYPE = "urn:ietf:params:oauth:token-type:";
  private static final String SERVICE = "exchanging-service";

  /** The resource server, which is the house's own and may ask for every scope. */
  private static final TokenClient API = ResourceServer.API.client();

  private static final TokenClient ITSELF = TokenClient.basic(SERVICE, "service-secret");

  private static final Browser BROWSER = new Browser();

  @BeforeAll
  static void letThemExchange() {
    setExchange("true");
    ADMIN.createClient(
        Json.object(
            "{'clientId':'exchanging-service','secret':'service-secret',"
                + "'serviceAccountsEnabled':true,'standardFlowEnabled':false,'attributes':{"
                + "'standard.token.exchange.enabled':'true','expensicat.first-party':'true'}}"));
  }

  @AfterAll
  static void leaveIt() {
    setExchange("false");
    ADMIN.deleteClient(SERVICE);
  }

  private static void setExchange(String enabled) {
    ADMIN.updateClient(
        KeycloakServer.API_AUDIENCE,
        client ->
            client
                .withObject("/attributes")
                .put("standard.token.exchange.enabled", enabled)
                .put("standard.token.exchange.enableRefreshRequestedTokenType", "SAME_SESSION"));
  }

  private static String accessToken(Addresses addresses, String scope) {
    Answer answer = authorizeAt(addresses).with("scope", scope).tokens(BROWSER, BodyKind.FORM);
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return answer.json().path("access_token").asText();
  }

  private static Parameters request(String subjectToken) {
    return Parameters.of(
        "grant_type",
        GRANT,
        "subject_token",
        subjectToken,
        "subject_token_type",
        TYPE + "access_token");
  }

  private static Answer exchange(TokenClient client, Addresses addresses, Parameters request) {
    return client.post(addresses.token(SERVER), request);
  }

  private static List<String> scopes(Answer answer) throws Exception {
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    JsonNode claims = Jwt.claims(answer.json().path("access_token").asText());
    assertThat(answer.json().path("scope")).isEqualTo(claims.path("scope"));
    return List.of(claims.path("scope").asText().split(" ", -1));
  }

  @AttackTest("exchange of an access token")
  void nothingIsAddedToAnAccessToken(Attack attack) {
    String token = accessToken(attack.addresses(), "openid transactions:read invoices:read");

    Answer answer =
        exchange(
            API,
            attack.addresses(),
            attack.applyTo(request(token).with("scope", "transactions:read")));

    attack.assertRefused(answer);
  }

  @ParameterizedTest
  @EnumSource
  void aResourceServerGetsTheScopesThatItAsksForOutOfThoseOfTheToken(Addresses addresses)
      throws Exception {
    String token = accessToken(addresses, "transactions:read invoices:read");

    Answer one = exchange(API, addresses, request(token).with("scope", "invoices:read"));

    assertThat(scopes(one)).containsExactly("invoices:read");
    assertThat(one.json().has("refresh_token")).isFalse();
    assertThat(scopes(exchange(API, addresses, request(token)))).containsExactly("");
  }

  @ParameterizedTest
  @EnumSource
  void theOrganizationIsThatOfTheSubject(Addresses addresses) throws Exception {
    try (TestIssuer issuer = TestIssuer.handingOver(SERVER, "exchange-organizations", "/page")) {
      IssuerSignIn app = new IssuerSignIn(addresses, new Browser(), issuer.alias());
      JsonNode first = app.connect(issuer.session().claim("org", "org_a"));
      app.connect(issuer.session().claim("org", "org_b"));

      Answer exchanged =
          exchange(
              API,
              addresses,
              request(first.path("access_token").asText()).with("scope", "transactions:read"));

      assertThat(exchanged.status()).as(exchanged::summary).isEqualTo(200);
      assertThat(IssuerSignIn.organization(exchanged.json())).isEqualTo("org_a");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDefaultScopeOfTheResourceServerAddsNothing(Addresses addresses) throws Throwable {
    String token = accessToken(addresses, "transactions:read");
    withDefaultScope(
        KeycloakServer.API_AUDIENCE,
        "banking:write",
        () -> {
          assertThat(
                  scopes(
                      exchange(API, addresses, request(token).with("scope", "transactions:read"))))
              .containsExactly("transactions:read");
          assertThat(scopes(exchange(API, addresses, request(token)))).containsExactly("");
        });
  }

  @ParameterizedTest
  @EnumSource
  void whatWasExchangedEndsWithTheGrantThatItComesFrom(Addresses addresses) {
    String scope = "transactions:read invoices:read";
    JsonNode grant =
        authorizeAt(addresses).with("scope", scope).tokens(BROWSER, BodyKind.FORM).json();
    JsonNode other =
        authorizeAt(addresses).with("scope", scope).tokens(BROWSER, BodyKind.FORM).json();
    String exchanged = chained(addresses, grant);
    String exchangedForOther = chained(addresses, other);
    assertThat(isActive(addresses, exchanged)).isTrue();

    DemoApp.revoke(addresses, grant.path("refresh_token").asText());

    assertThat(isActive(addresses, exchanged)).isFalse();
    assertThat(isActive(addresses, exchangedForOther)).isTrue();
    assertError(exchange(API, addresses, request(exchanged)), 400, "invalid_request");
  }

  private static String chained(Addresses addresses, JsonNode tokens) {
    String token = tokens.path("access_token").asText();
    for (int link = 0; link < 2; link++) {
      Answer answer = exchange(API, addresses, request(token).with("scope", "transactions:read"));
      assertThat(answer.status()).as(answer::summary).isEqualTo(200);
      token = answer.json().path("access_token").asText();
    }
    return token;
  }

  private static boolean isActive(Addresses addresses, String token) {
    return ResourceServer.API.introspect(addresses, token).path("active").asBoolean();
  }

  @ParameterizedTest
  @EnumSource
  void aChainOfExchangesOnlyNarrows(Addresses addresses) throws Exception {
    String token = accessToken(addresses, "transactions:read invoices:read");
    Answer narrowed = exchange(API, addresses, request(token).with("scope", "invoices:read"));
    String link = narrowed.json().path("access_token").asText();

    assertThat(scopes(exchange(API, addresses, request(link).with("scope", "invoices:read"))))
        .containsExactly("invoices:read");
    assertError(
        exchange(API, addresses, request(link).with("scope", "transactions:read")),
        400,
        "invalid_scope");
  }

  @ParameterizedTest
  @EnumSource
  void aServiceAccountGetsNoMoreThanAnAdminGaveIt(Addresses addresses) throws Throwable {
    String empty = ownToken(addresses);
    assertError(
        exchange(ITSELF, addresses, request(empty).with("scope", "banking:write")),
        400,
        "invalid_scope");
    withDefaultScope(
        SERVICE,
        "team:read",
        () -> {
          String token = ownToken(addresses);
          assertThat(scopes(exchange(ITSELF, addresses, request(token))))
              .containsExactly("team:read");
          assertError(
              exchange(ITSELF, addresses, request(token).with("scope", "team:read team:admin")),
              400,
              "invalid_scope");
        });
  }

  private static String ownToken(Addresses addresses) {
    Answer answer =
        ITSELF.post(addresses.token(SERVER), Parameters.of("grant_type", "client_credentials"));
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return answer.json().path("access_token").asText();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoTokenIsRefused(Addresses addresses) {
    String header = SigningKey.base64url("{\"alg\":\"RS256\"}".getBytes(StandardCharsets.UTF_8));
    for (String payload : List.of("null", "[]", "{}", "\"x\"")) {
      String token =
          header + '.' + SigningKey.base64url(payload.getBytes(StandardCharsets.UTF_8)) + ".AAAA";
      assertError(
          exchange(API, addresses, request(token).with("scope", "transactions:read")),
          400,
          "invalid_request");
    }
  }

  private static void withDefaultScope(String clientId, String scope, Executable test)
      throws Throwable {
    String id = ADMIN.clientScope(scope).path("id").asText();
    String asDefault = ADMIN.clientPath(clientId) + "/default-client-scopes/" + id;
    String asOptional = ADMIN.clientPath(clientId) + "/optional-client-scopes/" + id;
    ADMIN.delete(asOptional);
    ADMIN.put(asDefault, null);
    try {
      test.execute();
    } finally {
      ADMIN.delete(asDefault);
      ADMIN.put(asOptional, null);
    }
  }
}
