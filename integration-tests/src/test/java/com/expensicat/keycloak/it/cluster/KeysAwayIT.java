package com.expensicat.keycloak.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.OnThreeNodes;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The host of an issuer's keys is away. */
@OnThreeNodes
class KeysAwayIT {

  private static final Duration LONGEST_RETURN = Duration.ofSeconds(15);

  private final Cluster cluster = Cluster.ofThree();

  @BeforeEach
  void heal() {
    cluster.heal();
  }

  @Test
  void nodesThatKnowTheKeysGoOnAndAnotherCannotTellUntilItCanFetchThem() {
    try (TestIssuer issuer = TestIssuer.trusted(cluster.node(1), "keys-away", Map.of())) {
      check(cluster.node(1), issuer, 200);
      check(cluster.node(2), issuer, 200);

      issuer.stop();
      check(cluster.node(1), issuer, 200);
      check(cluster.node(2), issuer, 200);
      check(cluster.node(3), issuer, 503);

      issuer.start();
      long began = System.nanoTime();
      while (Gateway.check(cluster.node(3), issuer.session().compact()).status() != 200) {
        assertThat(System.nanoTime() - began).isLessThan(LONGEST_RETURN.toNanos());
      }
      Figures.print(
          "the host of an issuer's keys away",
          "taken where they are known; where not, taken %.1f s after its return",
          (System.nanoTime() - began) / 1e9);
    }
  }

  private static void check(ServerProcess node, TestIssuer issuer, int status) {
    Answer answer = Gateway.check(node, issuer.session().compact());
    assertThat(answer.status()).as(answer::summary).isEqualTo(status);
  }
}
