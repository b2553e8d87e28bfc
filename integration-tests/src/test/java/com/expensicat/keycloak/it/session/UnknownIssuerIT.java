package com.expensicat.keycloak.it.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stranger's tokens of issuers that nobody has, each of another one. */
class UnknownIssuerIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final SigningKey KEY = SigningKey.es256("made-up");

  /** Far above what an answer takes, and below the patience of those who wait for a lock. */
  private static final Duration SOON = Duration.ofSeconds(20);

  @ParameterizedTest
  @EnumSource
  void theyAskNoDatabaseWhoHasThatIssuer(Addresses addresses) throws Throwable {
    assumeThat(SERVER).isInstanceOf(ServerProcess.class);
    assertAllRefused(addresses);

    Instant begin = Instant.now();
    ((ServerProcess) SERVER)
        .database()
        .whileLocked("identity_provider", () -> assertAllRefused(addresses));

    assertThat(Duration.between(begin, Instant.now())).isLessThan(SOON);
  }

  @Test
  void anIssuerThatIsAddedIsKnownAtOnceAndOneThatIsRemovedIsNot() {
    try (TestIssuer issuer = TestIssuer.withKeys()) {
      Gateway.assertInvalidToken(Gateway.check(issuer.session().compact()));
      issuer.trust(SERVER, "added", Map.of());

      assertThat(Gateway.check(issuer.session().compact()).status()).isEqualTo(200);

      SERVER.admin().delete(issuer.path());
      Gateway.assertInvalidToken(Gateway.check(issuer.session().compact()));
    }
  }

  private static void assertAllRefused(Addresses addresses) {
    Gateway.assertInvalidToken(Gateway.check(madeUp()));
    assertThat(TokenClient.bearer(madeUp()).get(addresses.userinfo(SERVER)).status())
        .isEqualTo(401);
    assertThat(ResourceServer.API.introspect(addresses, madeUp()).path("active").asBoolean())
        .isFalse();
    assertThat(SessionExchange.WEB.send(addresses, madeUp(), "transactions:read").status())
        .isEqualTo(400);
    Answer assertion =
        TokenClient.anonymous()
            .post(
                addresses.token(SERVER),
                Parameters.of(
                    "grant_type",
                    "client_credentials",
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    "client_assertion",
                    madeUp()));
    assertThat(assertion.status()).as(assertion::summary).isBetween(400, 401);
  }

  private static String madeUp() {
    String issuer = "https://" + UUID.randomUUID() + ".example";
    return SessionJwt.of(issuer, TestIssuer.newSubject(), KEY).compact();
  }
}
