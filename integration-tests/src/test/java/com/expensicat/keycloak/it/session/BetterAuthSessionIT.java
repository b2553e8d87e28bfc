package com.expensicat.keycloak.it.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.BetterAuth;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.expensicat.keycloak.it.support.session.TrustedIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The sessions of the real issuer, from its sign-up to an API of ours. */
@Tag("slow")
class BetterAuthSessionIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final Map<String, String> SETTINGS =
      Map.of("exchangeClients", "expensicat-web", "syncMode", "FORCE");

  /** An unknown key is looked for again after ten seconds at the latest. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

  private static BetterAuth application;
  private static TrustedIssuer issuer;

  private final AdminApi admin = SERVER.admin();

  @BeforeAll
  static void start() {
    SERVER.admin().forgetSignOuts();
    application = BetterAuth.start(SERVER.realmUrl());
    issuer = TrustedIssuer.of(application, "better-auth", SETTINGS);
  }

  @AfterAll
  static void stop() {
    if (issuer != null) {
      issuer.close();
      application.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSessionOfANewPersonIsActiveWithAllThirteenScopes(Addresses addresses) throws Exception {
    BetterAuth.Session session = signUp(application);
    String jwt = session.sessionJwt();

    JsonNode said = ResourceServer.API.introspect(addresses, jwt);

    assertThat(said.path("active").asBoolean()).as(said::toString).isTrue();
    assertThat(said.path("scope").asText().split(" ", -1))
        .containsExactlyElementsOf(ScopeTable.SCOPES);
    assertThat(said.path("token_use").asText()).isEqualTo("session");
    assertThat(said.path("iss").asText()).isEqualTo(SERVER.realmUrl());
    assertThat(said.path("session_iss").asText()).isEqualTo(application.issuer());
    assertThat(said.path("expensicat_sub").asText()).isEqualTo(session.subject());
    assertThat(said.path("org").asText()).isEqualTo("cats-and-company");
    assertThat(said.path("exp")).isEqualTo(Jwt.claims(jwt).path("exp"));
    assertThat(said.path("iat")).isEqualTo(Jwt.claims(jwt).path("iat"));
  }

  @Test
  void aPersonIsMadeAUserBeforeTheEmailIsVerifiedAndVerifiedAfter() {
    BetterAuth.Session session = signUp(application);

    JsonNode before = user(session.sessionJwt());
    application.verifyEmail(session.email());
    JsonNode after = user(session.sessionJwt());

    assertThat(before.path("firstName").asText()).isEqualTo("Ada Lovelace");
    assertThat(before.path("email").asText()).isEqualTo(session.email());
    assertThat(before.path("emailVerified").asBoolean()).isFalse();
    assertThat(after.path("id")).isEqualTo(before.path("id"));
    assertThat(after.path("emailVerified").asBoolean()).isTrue();
  }

  @Test
  void aSessionPassesTheGatewayForEachScope() {
    String jwt = signUp(application).sessionJwt();

    assertThat(check(jwt)).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void aSessionIsExchanged(Addresses addresses) throws Exception {
    Answer answer =
        SessionExchange.WEB.send(
            addresses, signUp(application).sessionJwt(), "transactions:read invoices:write");

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(
            Jwt.claims(answer.json().path("access_token").asText())
                .path("scope")
                .asText()
                .split(" ", -1))
        .containsExactlyInAnyOrder("transactions:read", "invoices:write");
  }

  @Test
  void aKeyThatIsNewIsFoundAndTheOldOneGoesOn() throws Exception {
    BetterAuth.Session session = signUp(application);
    String old = session.sessionJwt();
    assertThat(isActive(old)).isTrue();

    application.rotate(false);
    String young = session.sessionJwt();

    awaitActive(young);
    assertThat(isActive(old)).isTrue();
    assertThat(check(old)).isEqualTo(200);
    assertThat(check(young)).isEqualTo(200);
  }

  @Test
  void aKeyThatIsWithdrawnCountsNoMoreOnceKeysAreReloaded() {
    BetterAuth.Session session = signUp(application);
    String old = session.sessionJwt();
    assertThat(isActive(old)).isTrue();

    application.rotate(true);
    issuer.reloadKeys();

    assertThat(isActive(old)).isFalse();
    assertThat(check(old)).isEqualTo(401);
    assertThat(isActive(session.sessionJwt())).isTrue();
  }

  @Test
  @SuppressWarnings("try") // closing it is all that it is for
  void whileTheIssuerIsDownItsSessionsGoOn() {
    try (BetterAuth other = BetterAuth.start(SERVER.realmUrl());
        TrustedIssuer trusted = TrustedIssuer.of(other, "better-auth-down", SETTINGS)) {
      BetterAuth.Session session = signUp(other);
      String seen = session.sessionJwt();
      String unseen = signUp(other).sessionJwt();
      assertThat(isActive(seen)).isTrue();

      other.stop();

      assertThat(isActive(seen)).isTrue();
      assertThat(isActive(unseen)).isTrue();
      assertThat(check(unseen)).isEqualTo(200);
    }
  }

  private static BetterAuth.Session signUp(BetterAuth where) {
    return where.signUp(
        "Ada Lovelace", UUID.randomUUID() + "@expensicat.test", "correct horse battery");
  }

  private static boolean isActive(String jwt) {
    return ResourceServer.API.introspect(Addresses.PACK, jwt).path("active").asBoolean();
  }

  private static void awaitActive(String jwt) throws InterruptedException {
    Instant deadline = Instant.now().plus(LONGEST_WAIT);
    while (!isActive(jwt)) {
      assertThat(Instant.now()).as("The new key is not found").isBefore(deadline);
      Thread.sleep(200);
    }
  }

  /** The decision about all scopes of the catalog. */
  private static int check(String jwt) {
    return Gateway.check(jwt, ScopeTable.SCOPES.toArray(String[]::new)).status();
  }

  private JsonNode user(String jwt) {
    JsonNode said = ResourceServer.API.introspect(Addresses.PACK, jwt);
    assertThat(said.path("active").asBoolean()).as(said::toString).isTrue();
    return admin.get("/users/" + said.path("sub").asText());
  }
}
