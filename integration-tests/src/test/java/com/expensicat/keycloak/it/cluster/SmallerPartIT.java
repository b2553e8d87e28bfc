package com.expensicat.keycloak.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.NetworkCut;
import com.expensicat.keycloak.it.support.server.OnThreeNodes;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of a cluster that is cut in two, the smaller part decides nothing, and misses nothing. */
@OnThreeNodes
class SmallerPartIT {

  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Cluster cluster = Cluster.ofThree();

  @BeforeEach
  void heal() {
    cluster.heal();
  }

  @Test
  void itRefusesUntilItFindsTheOthersAndThenKnowsWhatEndedMeanwhile() {
    ServerProcess other = cluster.oldest();
    ServerProcess alone = cluster.others(other).get(0);
    try (TestIssuer issuer = TestIssuer.trusted(other, "parted", Map.of())) {
      String kept = issuer.session(TestIssuer.newSubject()).compact();
      String revoked = issuer.session(TestIssuer.newSubject()).compact();
      for (ServerProcess node : cluster.nodes()) {
        assertThat(Gateway.check(node, kept).status()).isEqualTo(200);
        assertThat(Gateway.check(node, revoked).status()).isEqualTo(200);
      }

      try (NetworkCut gap = NetworkCut.around(alone)) {
        assertThat(gap).isNotNull();
        Answer refusal = until(alone, kept, 503);
        assertThat(refusal.header("Retry-After")).isPresent();
        assertThat(refusal.body()).isEmpty();
        until(other, kept, 200);
        assertThat(revoke(alone, revoked).status()).isEqualTo(503);
        Answer answer = revoke(other, revoked);
        assertThat(answer.status()).as(answer::summary).isEqualTo(200);
        Gateway.assertInvalidToken(Gateway.check(other, revoked));
        assertThat(Gateway.check(alone, revoked).status()).isEqualTo(503);
      }

      until(alone, kept, 200);
      Gateway.assertInvalidToken(Gateway.check(alone, revoked));
      for (ServerProcess node : cluster.nodes()) {
        assertThat(Gateway.check(node, kept).status()).isEqualTo(200);
        Gateway.assertInvalidToken(Gateway.check(node, revoked));
      }
    }
  }

  private static Answer revoke(ServerProcess node, String session) {
    return ResourceServer.API
        .client()
        .post(Addresses.PACK.revoke(node), Parameters.of("token", session));
  }

  /** Asks until that is the answer. */
  private static Answer until(ServerProcess node, String token, int status) {
    long began = System.nanoTime();
    while (true) {
      Answer answer = Gateway.check(node, token);
      if (answer.status() == status) {
        return answer;
      }
      assertThat(answer.status()).as(answer::summary).isIn(200, 503);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONGEST);
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
