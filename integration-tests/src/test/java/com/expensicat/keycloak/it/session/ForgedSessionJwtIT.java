package com.expensicat.keycloak.it.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.Events;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.Cases;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.ForgedJwt;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a session JWT must be, rule by rule (RFC 8725): the good ones, and every other one. */
class ForgedSessionJwtIT {

  private static final JsonNode INACTIVE = Json.object("{'active':false}");
  private static final int MOST_BYTES = 8192;

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static TestIssuer issuer;
  private static TestIssuer forger;
  private static Events events;

  @BeforeAll
  static void trustAnIssuerWithKeysOfEveryKind() {
    SERVER.admin().forgetSignOuts();
    events = Events.ofRefusals(SERVER.admin());
    forger = TestIssuer.withKeys();
    issuer = TestIssuer.withKeysOfEveryKind().trust(SERVER, "forged", Map.of());
  }

  @AfterAll
  static void removeIt() {
    issuer.close();
    forger.close();
    events.close();
  }

  static Stream<Arguments> forgedAtEachAddress() {
    return Cases.atEachAddress("forged-session-jwts.csv");
  }

  static Stream<Arguments> forged() {
    return Cases.of("forged-session-jwts.csv");
  }

  static Stream<Arguments> goodAtEachAddress() {
    return Cases.atEachAddress("good-session-jwts.csv");
  }

  static Stream<Arguments> good() {
    return Cases.of("good-session-jwts.csv");
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("forgedAtEachAddress")
  void introspectionSaysNothingOfAForgedOneAndTheEventSaysWhy(
      Addresses addresses,
      String name,
      String header,
      String claims,
      String signature,
      String token,
      String reason)
      throws InterruptedException {
    String jwt = jwt(header, claims, signature, token);
    Events.Watch refusals = events.watch(Events.INTROSPECTION_REFUSED);

    assertThat(ResourceServer.API.introspect(addresses, jwt)).isEqualTo(INACTIVE);

    assertRefused(refusals.event(), jwt, reason);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forged")
  void theCheckRefusesAForgedOneAndTheEventSaysWhy(
      String name, String header, String claims, String signature, String token, String reason)
      throws InterruptedException {
    String jwt = jwt(header, claims, signature, token);
    Events.Watch refusals = events.watch(Events.CHECK_REFUSED);

    Answer answer = Gateway.check(jwt);

    Gateway.assertInvalidToken(answer);
    assertRefused(refusals.event(), jwt, reason);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("goodAtEachAddress")
  void introspectionTakesAGoodOne(
      Addresses addresses,
      String name,
      String header,
      String claims,
      String signature,
      String token) {
    JsonNode said = ResourceServer.API.introspect(addresses, jwt(header, claims, signature, token));

    assertThat(said.path("active").asBoolean()).as(said.toString()).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void theCheckTakesAGoodOne(
      String name, String header, String claims, String signature, String token) {
    Answer answer = Gateway.check(jwt(header, claims, signature, token));

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
  }

  @Test
  void theLongestThatIsTakenHas8192Bytes() throws InterruptedException {
    Events.Watch refusals = events.watch(Events.INTROSPECTION_REFUSED);

    assertThat(introspected(ofBytes(MOST_BYTES)).path("active").asBoolean()).isTrue();
    assertThat(introspected(ofBytes(MOST_BYTES + 1))).isEqualTo(INACTIVE);
    assertThat(refusals.reason()).isEqualTo("too_large");
  }

  /** A good one with just so many bytes: what base64url has no length for, the header takes. */
  private static String ofBytes(int length) {
    for (int inHeader = 0; inHeader < 4; inHeader++) {
      SessionJwt jwt = issuer.session().header("x", "x".repeat(inHeader));
      int missing = length - jwt.claim("x", "").compact().length();
      for (int inClaims = missing * 3 / 4 - 3; inClaims <= missing * 3 / 4 + 3; inClaims++) {
        String compact = jwt.claim("x", "x".repeat(inClaims)).compact();
        if (compact.length() == length) {
          return compact;
        }
      }
    }
    throw new AssertionError("No JWT of " + length + " bytes");
  }

  @Test
  void noAddressThatATokenNamesIsEverAsked() {
    for (String name : new String[] {"jku", "x5u", "iss"}) {
      for (String kid : new String[] {"ed", "stranger"}) {
        SessionJwt jwt = issuer.session().signedBy(forger.key("ed")).header("kid", kid);
        introspected(
            (name.equals("iss")
                    ? jwt.claim("iss", forger.issuer())
                    : jwt.header(name, forger.jwksUrl()))
                .compact());
      }
    }

    assertThat(forger.jwksRequests() + forger.otherRequests()).isZero();
  }

  @Test
  void anIssuerThatAnAdminSwitchedOffIsUnknown() throws Throwable {
    String jwt = issuer.session().compact();
    Events.Watch refusals = events.watch(Events.INTROSPECTION_REFUSED);

    SERVER
        .admin()
        .withChange(
            issuer.path(),
            provider -> provider.put("enabled", false),
            () -> {
              assertThat(introspected(jwt)).isEqualTo(INACTIVE);
              assertThat(refusals.reason()).isEqualTo("issuer_unknown");
              Gateway.assertInvalidToken(Gateway.check(jwt));
            });

    assertThat(introspected(jwt).path("active").asBoolean()).isTrue();
  }

  @Test
  void anotherIssuersKeyIsNotThisIssuers() throws InterruptedException {
    try (TestIssuer other = TestIssuer.trusted(SERVER, "forged-other", Map.of())) {
      Events.Watch refusals = events.watch(Events.INTROSPECTION_REFUSED);

      assertThat(introspected(issuer.session().signedBy(other.key("ed")).compact()))
          .isEqualTo(INACTIVE);
      assertThat(refusals.reason()).isEqualTo("signature_invalid");
      assertThat(introspected(other.session().compact()).path("active").asBoolean()).isTrue();
    }
  }

  @Test
  void eachIssuerHasRulesOfItsOwn() throws InterruptedException {
    Map<String, String> config =
        Map.of(
            "algorithms", "ES256",
            "audience", "https://api.example",
            "clockSkew", "0",
            "maxLifetime", "60",
            "requiredClaims", "email,tenant");
    try (TestIssuer strict = TestIssuer.trusted(SERVER, "forged-strict", config)) {
      SessionJwt good =
          strict
              .session()
              .signedBy(strict.key("es"))
              .claim("aud", "https://api.example")
              .claim("tenant", "t1");
      SessionJwt brief = good.claim("exp", good.issuedAt() + 60);

      assertThat(introspected(brief.compact()).path("active").asBoolean()).isTrue();
      assertRefused(good, "lifetime_too_long");
      assertRefused(brief.signedBy(strict.key("ed")), "algorithm_not_allowed");
      assertRefused(brief.claim("aud", strict.issuer()), "audience_mismatch");
      assertRefused(brief.without("tenant"), "claim_missing");
      assertRefused(
          brief.claim("exp", brief.issuedAt() - 1).claim("iat", brief.issuedAt() - 50), "expired");
    }
  }

  private static void assertRefused(SessionJwt jwt, String reason) throws InterruptedException {
    Events.Watch refusals = events.watch(Events.INTROSPECTION_REFUSED);
    assertThat(introspected(jwt.compact())).isEqualTo(INACTIVE);
    assertThat(refusals.reason()).isEqualTo(reason);
  }

  private static void assertRefused(JsonNode event, String jwt, String reason) {
    assertThat(event.path("error").asText()).isEqualTo("invalid_token");
    assertThat(event.at("/details/reason").asText()).isEqualTo(reason);
    Stream.of(jwt.split("\\.", -1))
        .filter(part -> part.length() > 20)
        .forEach(part -> assertThat(event.toString()).doesNotContain(part));
  }

  private static String jwt(String header, String claims, String signature, String token) {
    return ForgedJwt.of(issuer, forger, SERVER.realmUrl(), header, claims, signature, token);
  }

  private static JsonNode introspected(String jwt) {
    return ResourceServer.API.introspect(Addresses.PACK, jwt);
  }
}
