package com.expensicat.keycloak.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.OnCluster;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What an admin does with an issuer at one node counts at the other at its next request. */
@OnCluster
class IssuersOnNodesIT {

  private final ServerProcess one = Cluster.shared().node(1);
  private final ServerProcess two = Cluster.shared().node(2);

  @Test
  void anIssuerIsKnownAndUnknownAtOnceWhereverItIsAddedChangedOrRemoved() {
    try (TestIssuer issuer = TestIssuer.withKeys()) {
      assertRefusedAtBoth(issuer);

      issuer.trust(two, "on-nodes", Map.of());
      assertTaken(one, issuer);
      assertTaken(two, issuer);

      change(one, issuer, provider -> provider.put("enabled", false));
      assertRefused(two, issuer);
      assertRefused(one, issuer);

      change(two, issuer, provider -> provider.put("enabled", true));
      assertTaken(one, issuer);

      two.admin().delete(issuer.path());
      assertRefused(one, issuer);
      assertRefused(two, issuer);
    }
  }

  @Test
  void anIssuerThatGetsAnotherNameIsKnownByItAtOnce() {
    try (TestIssuer issuer = TestIssuer.withKeys()) {
      issuer.trust(
          one, "renamed", Map.of("issuer", "http://localhost:9", "jwksUrl", issuer.jwksUrl()));
      assertRefusedAtBoth(issuer);

      change(
          two, issuer, provider -> provider.withObject("/config").put("issuer", issuer.issuer()));

      assertTaken(one, issuer);
      assertTaken(two, issuer);
    }
  }

  /**
   * One after another, so that what is removed at one time and added at another is not mixed up.
   */
  @Test
  void anIssuerInTheVeryPlaceOfAnotherIsKnownAtOnce() {
    try (TestIssuer first = TestIssuer.withKeys();
        TestIssuer second = TestIssuer.withKeys()) {
      first.trust(two, "in-place", Map.of());
      assertTaken(one, first);
      assertRefused(one, second);

      two.admin().delete(first.path());
      second.trust(two, "in-place", Map.of());

      assertTaken(one, second);
      assertRefused(one, first);
    }
  }

  private static void change(ServerProcess node, TestIssuer issuer, Consumer<ObjectNode> change) {
    ObjectNode provider = node.admin().get(issuer.path()).deepCopy();
    change.accept(provider);
    node.admin().put(issuer.path(), provider);
  }

  private static void assertTaken(ServerProcess node, TestIssuer issuer) {
    Answer answer = Gateway.check(node, issuer.session().compact());
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
  }

  private void assertRefusedAtBoth(TestIssuer issuer) {
    assertRefused(one, issuer);
    assertRefused(two, issuer);
  }

  private static void assertRefused(ServerProcess node, TestIssuer issuer) {
    Gateway.assertInvalidToken(Gateway.check(node, issuer.session().compact()));
  }
}
