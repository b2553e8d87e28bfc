package com.expensicat.keycloak.it.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.Events;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.expensicat.keycloak.it.support.session.TestIssuer.Jwks;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where an issuer's keys come from, for how long they count, and what happens without them. */
class SessionKeysIT {

  private static final JsonNode INACTIVE = Json.object("{'active':false}");

  /** Keycloak leaves at least this time between two requests for the same keys. */
  private static final Duration FLOOR = Duration.ofSeconds(10);

  private static final Duration MARGIN = Duration.ofSeconds(3);
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);

  /** Above what keys of a second's age are kept for without their address. */
  private static final Duration LONGEST_WITHOUT_JWKS = Duration.ofSeconds(45);

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static Events events;

  /** Its keys were known when its server stopped. */
  private static TestIssuer stopped;

  /** Its key was known when it was withdrawn and {@code new} took its place. */
  private static TestIssuer rotating;

  private static Instant changedAt;

  @BeforeAll
  static void letTimePassWhileTheOtherTestsRun() {
    SERVER.admin().forgetSignOuts();
    events = Events.ofRefusals(SERVER.admin());
    Map<String, String> config = Map.of("maxKeyAge", "1");
    stopped = TestIssuer.trusted(SERVER, "keys-stopped", config);
    rotating = TestIssuer.trusted(SERVER, "keys-rotating", config);
    assertActive(stopped.session());
    assertActive(rotating.session());
    stopped.stop();
    rotating.publish(SigningKey.ed25519("new"));
    rotating.withdraw("ed");
    changedAt = Instant.now();
  }

  @AfterAll
  static void removeThem() {
    stopped.close();
    rotating.close();
    events.close();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "KEYS")
  void withoutItsKeysNothingOfAnIssuerCounts(Jwks answer) throws InterruptedException {
    try (TestIssuer issuer = TestIssuer.trusted(SERVER, "keys", Map.of())) {
      issuer.answer(answer);
      Instant begin = Instant.now();
      issuer.reloadKeys();

      assertUndecided(issuer.session());

      assertThat(Duration.between(begin, Instant.now())).isLessThan(LONGEST_ANSWER);
      assertThat(issuer.otherRequests()).as("redirects followed").isZero();
      issuer.answer(Jwks.KEYS);
      issuer.reloadKeys();
      assertActive(issuer.session());
    }
  }

  @Test
  void anIssuerWhoseServerIsDownIsLikeOneWithoutKeys() throws InterruptedException {
    try (TestIssuer issuer = TestIssuer.trusted(SERVER, "keys", Map.of())) {
      issuer.stop();
      issuer.reloadKeys();

      assertUndecided(issuer.session());

      issuer.start();
      issuer.reloadKeys();
      assertActive(issuer.session());
    }
  }

  @Test
  void keysThatAreKnownStayWhileTheServerIsDown() throws InterruptedException {
    try (TestIssuer issuer = TestIssuer.trusted(SERVER, "keys", Map.of("maxKeyAge", "1"))) {
      assertActive(issuer.session());
      issuer.stop();
      Thread.sleep(2000);

      assertActive(issuer.session());
      assertRefused(issuer.session().header("kid", "stranger"), "key_unknown");
      assertActive(issuer.session());
    }
  }

  @Test
  void keysThatAreKnownDoNotStayForeverWithoutTheirServer() throws InterruptedException {
    while (isActive(stopped.session())) {
      assertThat(Duration.between(changedAt, Instant.now())).isLessThan(LONGEST_WITHOUT_JWKS);
      Thread.sleep(500);
    }
    assertUndecided(stopped.session());
  }

  @Test
  void aNewKeyIsFoundAndAWithdrawnOneIsRefusedInTime() throws InterruptedException {
    SessionJwt withNew = rotating.session().signedBy(rotating.key("new"));
    while (isActive(rotating.session()) || !isActive(withNew)) {
      assertThat(Duration.between(changedAt, Instant.now())).isLessThan(FLOOR.plus(MARGIN));
      Thread.sleep(500);
    }
    assertRefused(rotating.session(), "key_unknown");
  }

  @Test
  void reloadingTheKeysEndsAWithdrawnOneAtOnce() throws InterruptedException {
    try (TestIssuer issuer = TestIssuer.trusted(SERVER, "keys", Map.of())) {
      assertActive(issuer.session());
      issuer.withdraw("ed");
      assertActive(issuer.session());

      issuer.reloadKeys();

      assertRefused(issuer.session(), "key_unknown");
      assertActive(issuer.session().signedBy(issuer.key("es")));
    }
  }

  @Test
  void savingTheIssuerEndsAWithdrawnKeyAtOnce() throws InterruptedException {
    try (TestIssuer issuer = TestIssuer.trusted(SERVER, "keys", Map.of())) {
      assertActive(issuer.session());
      issuer.withdraw("ed");

      SERVER.admin().put(issuer.path(), SERVER.admin().get(issuer.path()));

      assertRefused(issuer.session(), "key_unknown");
    }
  }

  @Test
  void aReplacedKeyUnderTheSameIdCountsOnceTheKeysAreReloaded() throws InterruptedException {
    try (TestIssuer issuer = TestIssuer.trusted(SERVER, "keys", Map.of())) {
      SessionJwt old = issuer.session();
      assertActive(old);
      issuer.withdraw("ed");
      issuer.publish(SigningKey.ed25519("ed"));

      issuer.reloadKeys();

      assertRefused(old, "signature_invalid");
      assertActive(issuer.session());
    }
  }

  @Test
  void unknownKeyIdsCauseNoStorm() throws InterruptedException {
    try (TestIssuer issuer = TestIssuer.trusted(SERVER, "keys", Map.of())) {
      assertActive(issuer.session());
      int before = issuer.jwksRequests();

      for (int i = 0; i < 50; i++) {
        assertInactive(issuer.session().header("kid", UUID.randomUUID().toString()));
      }

      assertThat(issuer.jwksRequests() - before).isLessThanOrEqualTo(2);
      assertRefused(issuer.session().header("kid", "stranger"), "key_unknown");
      assertActive(issuer.session());
    }
  }

  @Test
  void anAddressThatFailsIsNotAskedForEachToken() {
    try (TestIssuer issuer = TestIssuer.trusted(SERVER, "keys", Map.of())) {
      issuer.answer(Jwks.ERROR);
      issuer.reloadKeys();
      int before = issuer.jwksRequests();

      for (int i = 0; i < 25; i++) {
        assertThat(isActive(issuer.session())).isFalse();
        assertThat(isActive(issuer.session().header("kid", UUID.randomUUID().toString())))
            .isFalse();
      }

      assertThat(issuer.jwksRequests() - before).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void pinnedKeysNeedNoServer() throws InterruptedException {
    try (TestIssuer issuer = TestIssuer.withKeys()) {
      issuer.trust(SERVER, "keys", Map.of("jwks", issuer.jwks()));

      assertActive(issuer.session());
      assertActive(issuer.session().signedBy(issuer.key("es")));
      assertRefused(issuer.session().header("kid", "stranger"), "key_unknown");
      issuer.reloadKeys();
      assertActive(issuer.session());

      assertThat(issuer.jwksRequests()).isZero();
    }
  }

  @Test
  void aKeyWithoutAnIdIsForTokensWithAnyOrNone() throws InterruptedException {
    SigningKey key = SigningKey.ed25519("ed");
    try (TestIssuer issuer =
        TestIssuer.withoutKeys()
            .publish(key, (ObjectNode) key.jwk().without("kid"))
            .trust(SERVER, "keys", Map.of())) {
      assertActive(issuer.session().withoutKid());
      assertActive(issuer.session());
      SigningKey forger = SigningKey.ed25519("ed");
      assertRefused(issuer.session().signedBy(forger), "signature_invalid");
      assertRefused(issuer.session().header("alg", "ES256"), "algorithm_key_mismatch");
    }
  }

  @Test
  void aKeyThatIsPublishedTwiceIsOne() throws InterruptedException {
    SigningKey key = SigningKey.ed25519("ed");
    try (TestIssuer issuer =
        TestIssuer.withoutKeys()
            .publish(key)
            .publish(key.jwk().put("use", "sig"))
            .trust(SERVER, "keys", Map.of())) {
      assertActive(issuer.session());
      assertActive(issuer.session().withoutKid());

      issuer.publish(SigningKey.ed25519("ed").jwk());
      issuer.reloadKeys();
      assertRefused(issuer.session().claim("jti", "another"), "key_ambiguous");
    }
  }

  @Test
  void aKeyOfAKindThatNobodyKnowsIsNoTroubleForTheOthers() {
    try (TestIssuer issuer =
        TestIssuer.withKeys()
            .publish(Json.object("{'kty':'FUTURE','kid':'future','alg':'FU256'}"))
            .publish(
                Json.object("{'kty':'OKP','crv':'X25519','kid':'x','x':'" + "A".repeat(43) + "'}"))
            .publish(Json.object("{'kty':'RSA','kid':'broken','n':'?','e':'AQAB'}"))
            .publish(Json.object("{'kty':'EC','crv':'P-256','kid':'off','x':'AQ','y':'AQ'}"))
            .publish(Json.object("{'kid':'nothing'}"))
            .trust(SERVER, "keys", Map.of())) {
      assertActive(issuer.session());
      assertActive(issuer.session().signedBy(issuer.key("es")));
      assertActive(issuer.session().signedBy(issuer.key("rs")));
      assertInactive(issuer.session().header("kid", "x"));
      assertInactive(issuer.session().header("kid", "broken").header("alg", "RS256"));
      assertInactive(issuer.session().header("kid", "off").header("alg", "ES256"));
    }
  }

  private static void assertRefused(SessionJwt jwt, String reason) throws InterruptedException {
    Events.Watch refusals = events.watch(Events.INTROSPECTION_REFUSED);
    assertInactive(jwt);
    assertThat(refusals.reason()).isEqualTo(reason);
  }

  private static void assertUndecided(SessionJwt jwt) throws InterruptedException {
    Events.Watch refusals = events.watch(Events.INTROSPECTION_REFUSED);
    assertThat(introspected(jwt).path("error").asText()).isEqualTo("temporarily_unavailable");
    assertThat(refusals.reason()).isEqualTo("keys_unavailable");
    Answer check = Gateway.check(SERVER, jwt.compact());
    assertThat(check.status()).isEqualTo(503);
    assertThat(check.header("Retry-After")).isPresent();
    assertThat(check.body()).isEmpty();
  }

  private static void assertInactive(SessionJwt jwt) {
    assertThat(introspected(jwt)).isEqualTo(INACTIVE);
  }

  private static void assertActive(SessionJwt jwt) {
    JsonNode said = introspected(jwt);
    assertThat(said.path("active").asBoolean()).as(said.toString()).isTrue();
  }

  private static boolean isActive(SessionJwt jwt) {
    return introspected(jwt).path("active").asBoolean();
  }

  private static JsonNode introspected(SessionJwt jwt) {
    return ResourceServer.API.introspect(Addresses.PACK, jwt.compact());
  }
}
