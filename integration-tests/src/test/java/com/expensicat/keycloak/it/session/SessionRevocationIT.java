package com.expensicat.keycloak.it.session;

import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.Events;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.ForgedJwt;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What ends a session JWT before its time: a client's revocation (RFC 7009), an admin's sign-out.
 */
class SessionRevocationIT {

  private static final JsonNode INACTIVE = Json.object("{'active':false}");
  private static final TokenClient API = ResourceServer.API.client();
  private static final TokenClient WEB =
      TokenClient.basic("expensicat-web", "expensicat-web-dev-secret");

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static TestIssuer issuer;
  private static Events events;

  private final AdminApi admin = SERVER.admin();

  @BeforeAll
  static void trustAnIssuer() {
    SERVER.admin().forgetSignOuts();
    events = Events.ofRefusals(SERVER.admin());
    issuer = TestIssuer.trusted(SERVER, "revocation", Map.of("exchangeClients", "expensicat-web"));
  }

  @AfterAll
  static void removeIt() {
    issuer.close();
    events.close();
    SERVER.admin().forgetSignOuts();
  }

  /** Nobody is signed out for the next test, whose sessions begin in the same second. */
  @AfterEach
  void forgetSignOuts() {
    admin.forgetSignOuts();
  }

  @ParameterizedTest
  @CsvSource({
    "PACK,", "PACK,access_token", "PACK,refresh_token", "PACK,whatever",
    "KEYCLOAK,", "KEYCLOAK,access_token", "KEYCLOAK,refresh_token", "KEYCLOAK,whatever"
  })
  void aRevokedSessionIsRefusedEverywhere(Addresses addresses, String hint)
      throws InterruptedException {
    SessionJwt jwt = newSession();
    assertActive(jwt.compact());
    Parameters request = Parameters.of("token", jwt.compact());

    Answer answer =
        API.post(
            addresses.revoke(SERVER),
            hint == null ? request : request.with("token_type_hint", hint));

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertRefusedEverywhere(jwt.compact(), "revoked");
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatExchangesMayRevokeToo(Addresses addresses) throws InterruptedException {
    SessionJwt jwt = newSession();

    assertThat(revoke(WEB, addresses, jwt.compact()).status()).isEqualTo(200);

    assertRefusedEverywhere(jwt.compact(), "revoked");
  }

  @Test
  void beforeItIsRevokedItCanBeExchanged() {
    Answer answer = exchange(Addresses.PACK, newSession().compact());

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(answer.json().path("scope").asText()).isEqualTo("transactions:read");
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatTheIssuerDoesNotNameRevokesNothing(Addresses addresses) throws Throwable {
    String jwt = newSession().compact();

    Answer byPublicClient = DemoApp.revoke(addresses, jwt);
    admin.withClient(
        Json.object("{'clientId':'stranger','publicClient':false,'secret':'stranger-secret'}"),
        () -> {
          Answer answer = revoke(TokenClient.basic("stranger", "stranger-secret"), addresses, jwt);
          assertThat(answer.status()).as(answer::summary).isLessThan(500);
        });

    assertThat(byPublicClient.status()).as(byPublicClient::summary).isLessThan(500);
    assertActive(jwt);
    assertError(
        revoke(TokenClient.basic("expensicat-api", "wrong"), addresses, jwt),
        401,
        "invalid_client");
    assertActive(jwt);
  }

  @Test
  void theOtherSessionsOfThePersonStay() {
    SessionJwt one = newSession();
    SessionJwt other = one.claim("iat", one.issuedAt() - 1);

    revoke(API, Addresses.PACK, one.compact());

    assertActive(other.compact());
  }

  @Test
  void theOtherSignatureOfAnEs256SessionIsRefusedToo() throws InterruptedException {
    SessionJwt jwt = newSession().signedBy(issuer.key("es"));
    String original = jwt.compact();
    String rewritten = withOtherSignature(original);
    assertThat(rewritten).isNotEqualTo(original);

    revoke(API, Addresses.PACK, original);

    assertRefusedEverywhere(rewritten, "revoked");
    assertRefusedEverywhere(jwt.compact(), "revoked");
  }

  /** ES256 has two signatures for the same bytes: anybody makes one out of the other. */
  private static String withOtherSignature(String jwt) {
    int dot = jwt.lastIndexOf('.');
    byte[] signature = Base64.getUrlDecoder().decode(jwt.substring(dot + 1));
    return jwt.substring(0, dot + 1)
        + SigningKey.base64url(ForgedJwt.rewritten(issuer.key("es"), signature));
  }

  @Test
  void theSameSessionInOtherWordsIsRefusedByItsId() throws InterruptedException {
    SessionJwt jwt = newSession().claim("jti", TestIssuer.newSubject());
    String again = jwt.claim("name", "In Other Words").signedBy(issuer.key("rs")).compact();
    assertActive(again);

    revoke(API, Addresses.PACK, jwt.compact());

    assertRefusedEverywhere(again, "revoked");
    assertActive(jwt.claim("jti", TestIssuer.newSubject()).compact());
  }

  @Test
  void anIdIsOneIssuersOwn() {
    try (TestIssuer other = TestIssuer.trusted(SERVER, "revocation-other", Map.of())) {
      String jti = TestIssuer.newSubject();

      revoke(API, Addresses.PACK, newSession().claim("jti", jti).compact());

      assertActive(other.session().claim("jti", jti).compact());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoGoodSessionIsForgiven(Addresses addresses) {
    SessionJwt jwt = newSession();
    SigningKey forgers = SigningKey.ed25519("ed");

    for (String token :
        List.of(
            jwt.signedBy(forgers).compact(),
            jwt.claim("exp", jwt.issuedAt() - 60).claim("iat", jwt.issuedAt() - 120).compact(),
            jwt.claim("iss", "https://unknown.example").compact(),
            jwt.compact() + ".x",
            "x.y.z")) {
      Answer answer = revoke(API, addresses, token);
      assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    }
    assertActive(jwt.compact());
  }

  @Test
  void aForgerWhoKnowsTheIdRevokesNothing() {
    SessionJwt jwt = newSession().claim("jti", TestIssuer.newSubject());

    revoke(API, Addresses.PACK, jwt.signedBy(SigningKey.ed25519("ed")).compact());

    assertActive(jwt.compact());
  }

  @Test
  void theSignOutOfThePersonByAnAdminEndsIt() throws InterruptedException {
    SessionJwt jwt = newSession();
    SessionJwt others = newSession();
    assertActive(jwt.compact());
    Thread.sleep(1100);

    admin.post("/users/" + issuer.user(jwt).path("id").asText() + "/logout", null);

    assertRefusedEverywhere(jwt.compact(), "not_before");
    assertActive(others.compact());
    Thread.sleep(1100);
    assertActive(young(jwt).compact());
  }

  @Test
  void theSignOutOfTheWholeRealmEndsIt() throws InterruptedException {
    SessionJwt jwt = newSession();
    String neverShown = newSession().compact();
    assertActive(jwt.compact());
    Thread.sleep(1100);

    admin.logoutAll();

    assertRefusedEverywhere(jwt.compact(), "not_before");
    assertRefusedEverywhere(neverShown, "not_before");
    Thread.sleep(1100);
    assertActive(young(jwt).compact());
  }

  /** A session of the same person, issued after the sign-out even if the clocks differ. */
  private static SessionJwt young(SessionJwt jwt) {
    return issuer.session(jwt.subject()).claim("iat", Instant.now().getEpochSecond() + 10);
  }

  @Test
  void disablingTheUserEndsItAtOnce() throws Throwable {
    SessionJwt jwt = newSession();
    assertActive(jwt.compact());
    String user = "/users/" + issuer.user(jwt).path("id").asText();

    admin.withChange(
        user,
        representation -> representation.put("enabled", false),
        () -> assertRefusedEverywhere(jwt.compact(), "user_disabled"));

    assertActive(jwt.compact());
  }

  @Test
  void aRequiredActionHoldsItUp() throws Throwable {
    SessionJwt jwt = newSession();
    assertActive(jwt.compact());
    String user = "/users/" + issuer.user(jwt).path("id").asText();

    admin.withChange(
        user,
        representation -> representation.putArray("requiredActions").add("UPDATE_PASSWORD"),
        () -> assertRefusedEverywhere(jwt.compact(), "required_action"));

    assertActive(jwt.compact());
  }

  private void assertRefusedEverywhere(String jwt, String reason) throws InterruptedException {
    for (Addresses addresses : Addresses.values()) {
      Events.Watch introspection = events.watch(Events.INTROSPECTION_REFUSED);
      assertThat(ResourceServer.API.introspect(addresses, jwt)).isEqualTo(INACTIVE);
      assertThat(introspection.reason()).isEqualTo(reason);

      Events.Watch userinfo = events.watch(Events.USERINFO_REFUSED);
      Answer answer = TokenClient.bearer(jwt).get(addresses.userinfo(SERVER));
      assertThat(answer.status()).as(answer::summary).isEqualTo(401);
      assertThat(userinfo.reason()).isEqualTo(reason);

      Events.Watch exchange = events.watch(Events.EXCHANGE_REFUSED);
      Answer exchanged = exchange(addresses, jwt);
      assertThat(exchanged.status()).as(exchanged::summary).isEqualTo(400);
      assertThat(exchange.reason()).isEqualTo(reason);
    }
    Events.Watch check = events.watch(Events.CHECK_REFUSED);
    Gateway.assertInvalidToken(Gateway.check(jwt));
    assertThat(check.reason()).isEqualTo(reason);
  }

  /** RFC 8693 2.1. */
  private static Answer exchange(Addresses addresses, String jwt) {
    return WEB.post(
        addresses.token(SERVER),
        Parameters.of(
            "grant_type",
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token",
            jwt,
            "subject_token_type",
            "urn:ietf:params:oauth:token-type:jwt",
            "scope",
            "transactions:read"));
  }

  private static Answer revoke(TokenClient client, Addresses addresses, String token) {
    return client.post(addresses.revoke(SERVER), Parameters.of("token", token));
  }

  private static SessionJwt newSession() {
    return issuer.session(TestIssuer.newSubject());
  }

  private static void assertActive(String jwt) {
    JsonNode said = ResourceServer.API.introspect(Addresses.PACK, jwt);
    assertThat(said.path("active").asBoolean()).as(said.toString()).isTrue();
  }
}
