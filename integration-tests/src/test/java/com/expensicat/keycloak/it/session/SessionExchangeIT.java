package com.expensicat.keycloak.it.session;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.Events;
import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Cases;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Session JWTs are exchanged for access tokens that can do less (RFC 8693). */
class SessionExchangeIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final SessionExchange WEB = SessionExchange.WEB;
  private static final String PARTNER = "exchange-partner";
  private static final String PARTNER_SECRET = "exchange-partner-secret";
  private static final SessionExchange BY_PARTNER =
      new SessionExchange(TokenClient.basic(PARTNER, PARTNER_SECRET));

  private static TestIssuer issuer;
  private static Events events;

  private final AdminApi admin = SERVER.admin();

  @BeforeAll
  static void trustAnIssuer() {
    SERVER.admin().forgetSignOuts();
    events = Events.ofRefusals(SERVER.admin());
    issuer =
        TestIssuer.trusted(
            SERVER,
            "exchange",
            Map.of(
                "exchangeClients",
                String.join(",", "expensicat-web", PARTNER, AuthorizationFlow.DEMO_APP)));
  }

  @AfterAll
  static void removeIt() {
    issuer.close();
    events.close();
  }

  static Stream<Arguments> bad() {
    return Cases.atEachAddress("session-exchanges.csv");
  }

  @ParameterizedTest
  @EnumSource
  void theAccessTokenHasTheScopesAskedForAndNothingElse(Addresses addresses) throws Exception {
    SessionJwt session = issuer.session().claim("org", "org_42");

    Answer answer = WEB.send(addresses, session.compact(), "transactions:read analytics:read");

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(answer.header("Cache-Control").orElseThrow()).contains("no-store");
    assertThat(answer.json().path("issued_token_type").asText())
        .isEqualTo(SessionExchange.ACCESS_TOKEN_TYPE);
    assertThat(answer.json().path("token_type").asText()).isEqualTo("Bearer");
    assertThat(answer.json().has("refresh_token")).isFalse();
    assertThat(answer.json().has("id_token")).isFalse();
    assertThat(scopes(answer.json()))
        .containsExactlyInAnyOrder("transactions:read", "analytics:read");

    JsonNode claims = claims(answer);
    assertThat(scopes(claims)).containsExactlyInAnyOrder("transactions:read", "analytics:read");
    assertThat(claims.path("aud"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder(KeycloakServer.API_AUDIENCE, KeycloakServer.API_ADDRESS);
    assertThat(claims.path("sub").asText()).isEqualTo(issuer.user(session).path("id").asText());
    assertThat(claims.path("iss").asText()).isEqualTo(SERVER.realmUrl());
    assertThat(claims.path("client_id").asText()).isEqualTo("expensicat-web");
    assertThat(claims.path("expensicat_sub").asText()).isEqualTo(session.subject());
    assertThat(claims.path("org").asText()).isEqualTo("org_42");
  }

  @ParameterizedTest
  @EnumSource
  void theAccessTokenIsGoodAtTheApi(Addresses addresses) {
    String token = exchanged(issuer.session(), "transactions:read");

    JsonNode said = ResourceServer.API.introspect(addresses, token);

    assertThat(said.path("active").asBoolean()).as(said::toString).isTrue();
    assertThat(said.path("scope").asText()).isEqualTo("transactions:read");
    assertThat(said.path("token_use").asText()).isEqualTo("access");
    assertThat(Gateway.check(token, "transactions:read").status()).isEqualTo(200);
    assertThat(Gateway.check(token, "transactions:write").status()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "PACK, expensicat-api",
    "PACK, expensicat-web",
    "PACK, account",
    "KEYCLOAK, expensicat-web",
    "KEYCLOAK, account"
  })
  void theAudienceIsTheApiAndNobodyElse(Addresses addresses, String audience) throws Exception {
    Answer answer =
        WEB.send(
            addresses,
            SessionExchange.request(issuer.session().compact(), "transactions:read")
                .with("audience", audience));

    if (audience.equals("expensicat-api")) {
      assertThat(claims(answer).path("aud"))
          .extracting(JsonNode::asText)
          .containsExactlyInAnyOrder(KeycloakServer.API_AUDIENCE, KeycloakServer.API_ADDRESS);
    } else {
      assertError(answer, 400, "invalid_request");
    }
  }

  @Test
  void allThirteenScopesCanBeAskedFor() throws Exception {
    Answer answer =
        WEB.send(Addresses.PACK, issuer.session().compact(), String.join(" ", ScopeTable.SCOPES));

    assertThat(scopes(claims(answer))).containsExactlyInAnyOrderElementsOf(ScopeTable.SCOPES);
  }

  @Test
  void jsonIsTakenLikeAForm() throws Exception {
    Parameters request = SessionExchange.request(issuer.session().compact(), "invoices:read");

    Answer answer = WEB.client().post(Addresses.PACK.token(SERVER), BodyKind.JSON, request);

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(scopes(claims(answer))).containsExactly("invoices:read");
  }

  @ParameterizedTest
  @EnumSource
  void withoutAScopeTheAccessTokenHasNoneOfTheCatalog(Addresses addresses) throws Exception {
    Answer answer = WEB.send(addresses, SessionExchange.request(issuer.session().compact()));

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(claims(answer).path("scope").asText()).isEmpty();
    assertThat(answer.json().path("scope").asText()).isEmpty();
    assertThat(claims(answer).has("aud")).isFalse();
    assertThat(claims(answer).path("sub").asText()).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void theAccessTokenEndsWithTheSession(Addresses addresses) throws Exception {
    long end = Instant.now().getEpochSecond() + 60;
    SessionJwt session = issuer.session().claim("exp", end);

    Answer answer = WEB.send(addresses, session.compact(), "transactions:read");

    assertThat(claims(answer).path("exp").asLong()).isLessThanOrEqualTo(end);
    assertThat(answer.json().path("expires_in").asLong()).isBetween(1L, 60L);
  }

  @ParameterizedTest
  @EnumSource
  void aDefaultScopeOfTheClientIsNotAddedUnlessItIsAskedFor(Addresses addresses) throws Throwable {
    withDefaultScope(
        "expensicat-web",
        "team:read",
        () -> {
          Answer none = WEB.send(addresses, SessionExchange.request(issuer.session().compact()));
          Answer other = WEB.send(addresses, issuer.session().compact(), "transactions:read");
          Answer same = WEB.send(addresses, issuer.session().compact(), "team:read");

          assertThat(scopes(claims(none))).doesNotContain("team:read");
          assertThat(scopes(claims(other))).containsExactly("transactions:read");
          assertThat(scopes(claims(same))).containsExactly("team:read");
        });
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("bad")
  void aBadExchangeIsRefused(
      Addresses addresses, String name, String change, String status, String error) {
    Parameters request = SessionExchange.request(issuer.session().compact(), "transactions:read");

    Answer answer = WEB.send(addresses, Cases.change(change).apply(request));

    assertError(answer, Integer.parseInt(status), error);
  }

  @ParameterizedTest
  @EnumSource
  void aSubjectTokenOfSpacesIsMissing(Addresses addresses) {
    assertError(WEB.send(addresses, "   ", "transactions:read"), 400, "invalid_request");
  }

  @ParameterizedTest
  @EnumSource
  void anAccessTokenIsNoSession(Addresses addresses) {
    String token = exchanged(issuer.session(), "transactions:read");

    assertError(WEB.send(addresses, token, "transactions:read"), 400, "invalid_request");
  }

  @ParameterizedTest
  @EnumSource
  void anExpiredSessionIsRefused(Addresses addresses) throws Exception {
    long now = Instant.now().getEpochSecond();
    SessionJwt session = issuer.session().claim("iat", now - 600).claim("exp", now - 60);

    assertRefusedFor("expired", () -> WEB.send(addresses, session.compact(), "transactions:read"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"transactions:read transactions:write", "transactions:write", "team:admin"})
  void noScopeIsWiderThanTheTokensOwn(String scope) {
    SessionJwt session = issuer.session().claim("scope", "transactions:read invoices:read");

    assertError(WEB.send(Addresses.PACK, session.compact(), scope), 400, "invalid_scope");
    assertError(WEB.send(Addresses.KEYCLOAK, session.compact(), scope), 400, "invalid_scope");
    assertThat(WEB.send(Addresses.PACK, session.compact(), "invoices:read").status())
        .isEqualTo(200);
  }

  @Test
  void noScopeIsWiderThanTheIssuers() throws Throwable {
    try (TestIssuer narrow =
        TestIssuer.trusted(
            SERVER,
            "exchange-narrow",
            Map.of("exchangeClients", "expensicat-web", "scopes", "transactions:read"))) {
      String session = narrow.session().compact();

      for (Addresses addresses : Addresses.values()) {
        assertError(WEB.send(addresses, session, "invoices:read"), 400, "invalid_scope");
        assertThat(WEB.send(addresses, session, "transactions:read").status()).isEqualTo(200);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatTheIssuerDoesNotNameMayNotExchange(Addresses addresses) throws Exception {
    SessionExchange api = new SessionExchange(ResourceServer.API.client());
    Events.Watch watch = events.watch(Events.EXCHANGE_REFUSED);

    Answer answer = api.send(addresses, issuer.session().compact(), "transactions:read");

    assertError(answer, 400, "unauthorized_client");
    assertThat(watch.reason()).isEqualTo("client_not_allowed");
  }

  @ParameterizedTest
  @EnumSource
  void aPublicClientMayNotExchangeEvenIfItIsNamed(Addresses addresses) {
    Parameters request =
        SessionExchange.request(issuer.session().compact(), "transactions:read")
            .with("client_id", AuthorizationFlow.DEMO_APP);

    Answer answer = new SessionExchange(TokenClient.anonymous()).send(addresses, request);

    assertError(answer, 400, "unauthorized_client");
  }

  @ParameterizedTest
  @EnumSource
  void aWrongSecretIsRefused(Addresses addresses) {
    SessionExchange web = new SessionExchange(TokenClient.basic("expensicat-web", "wrong"));

    Answer answer = web.send(addresses, issuer.session().compact(), "transactions:read");

    assertError(answer, 401, "invalid_client");
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatAsksForConsentGetsNoMoreThanThePersonAgreedTo(Addresses addresses)
      throws Throwable {
    admin.withClient(
        partner(),
        () -> {
          SessionJwt session = issuer.session(TestIssuer.newSubject());
          String before = session.compact();
          assertError(
              BY_PARTNER.send(addresses, before, "transactions:read"), 400, "invalid_scope");

          agree(session, "transactions:read");

          Answer agreed = BY_PARTNER.send(addresses, before, "transactions:read");
          assertThat(agreed.status()).as(agreed::summary).isEqualTo(200);
          assertThat(scopes(claims(agreed))).containsExactly("transactions:read");
          assertError(
              BY_PARTNER.send(addresses, before, "transactions:read invoices:read"),
              400,
              "invalid_scope");
        });
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "PACK, {'enabled':false}, user_disabled",
        "KEYCLOAK, {'enabled':false}, user_disabled",
        "PACK, {'requiredActions':['UPDATE_PASSWORD']}, required_action",
        "KEYCLOAK, {'requiredActions':['UPDATE_PASSWORD']}, required_action",
      })
  void aUserWhoMayNotSignInIsRefused(Addresses addresses, String change, String reason)
      throws Throwable {
    SessionJwt session = issuer.session(TestIssuer.newSubject());
    exchanged(session, "transactions:read");

    admin.withChange(
        "/users/" + issuer.user(session).path("id").asText(),
        user -> user.setAll(Json.object(change)),
        () ->
            assertRefusedFor(
                reason, () -> WEB.send(addresses, session.compact(), "transactions:read")));

    exchanged(session, "transactions:read");
  }

  @ParameterizedTest
  @EnumSource
  void whereTheIssuerSaysSoASessionIsExchangedOnce(Addresses addresses) throws Throwable {
    try (TestIssuer once =
        TestIssuer.trusted(
            SERVER,
            "exchange-once",
            Map.of("exchangeClients", "expensicat-web", "singleUse", "true"))) {
      SessionJwt session = once.session().claim("jti", "one");
      SessionJwt sameId = once.session(TestIssuer.newSubject()).claim("jti", "one");
      SessionJwt otherId = once.session().claim("jti", "two");
      SessionJwt withoutId = once.session();

      exchanged(session, "transactions:read");
      exchanged(withoutId, "transactions:read");

      for (SessionJwt refused : List.of(session, sameId, withoutId)) {
        assertRefusedFor(
            "replayed", () -> WEB.send(addresses, refused.compact(), "transactions:read"));
      }
      exchanged(otherId, "transactions:read");
      assertThat(Gateway.check(session.compact(), "transactions:read").status()).isEqualTo(200);
    }
  }

  private static String exchanged(SessionJwt session, String scope) {
    Answer answer = WEB.send(Addresses.PACK, session.compact(), scope);
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return answer.json().path("access_token").asText();
  }

  /** A request whose session is refused, with a reason that only an event tells. */
  private interface Refused {
    Answer send();
  }

  private static void assertRefusedFor(String reason, Refused request) throws InterruptedException {
    Events.Watch watch = events.watch(Events.EXCHANGE_REFUSED);
    Answer answer = request.send();
    assertError(answer, 400, "invalid_request");
    assertThat(answer.body()).doesNotContain(reason);
    assertThat(watch.reason()).isEqualTo(reason);
  }

  private static ObjectNode partner() {
    return Json.object(
        "{'clientId':'%s','secret':'%s','consentRequired':true,'redirectUris':['%s']}"
            .formatted(PARTNER, PARTNER_SECRET, AuthorizationFlow.CALLBACK));
  }

  /** The person signs in at the partner and agrees. */
  private void agree(SessionJwt session, String scope) {
    String user = "/users/" + issuer.user(session).path("id").asText();
    admin.put(user + "/reset-password", Map.of("type", "password", "value", "a password"));
    Parameters back =
        authorizeAt(Addresses.PACK)
            .with("client_id", PARTNER)
            .with("scope", scope)
            .as(new Person(admin.get(user).path("username").asText(), "a password"))
            .callback(new Browser());
    assertThat(back.find("code")).as(back::toString).isPresent();
  }

  private void withDefaultScope(String clientId, String scope, Executable test) throws Throwable {
    String id = admin.clientScope(scope).path("id").asText();
    String asDefault = admin.clientPath(clientId) + "/default-client-scopes/" + id;
    String asOptional = admin.clientPath(clientId) + "/optional-client-scopes/" + id;
    admin.delete(asOptional);
    admin.put(asDefault, null);
    try {
      test.execute();
    } finally {
      admin.delete(asDefault);
      admin.put(asOptional, null);
    }
  }

  private static JsonNode claims(Answer answer) throws Exception {
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return Jwt.claims(answer.json().path("access_token").asText());
  }

  private static List<String> scopes(JsonNode object) {
    return List.of(object.path("scope").asText().split(" ", -1));
  }
}
