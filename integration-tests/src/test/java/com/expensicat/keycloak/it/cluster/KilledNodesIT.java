package com.expensicat.keycloak.it.cluster;

import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.OnThreeNodes;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node of three dies in the middle of what it does ({@code kill -9}). */
@OnThreeNodes
class KilledNodesIT {

  private static final int BEFORE = 200;
  private static final int AFTER = 300;

  private final Cluster cluster = Cluster.ofThree();

  @BeforeEach
  void heal() {
    cluster.heal();
  }

  @Test
  void whatWasAnsweredHoldsWhenTheOldestDies() {
    assertAllHoldsWithout("the oldest node killed", cluster.oldest());
  }

  @Test
  void whatWasAnsweredHoldsWhenAYoungerOneDies() {
    assertAllHoldsWithout("a younger node killed", cluster.others(cluster.oldest()).get(0));
  }

  private void assertAllHoldsWithout(String fault, ServerProcess victim) {
    try (Applications applications = Applications.at(cluster)) {
      applications.goOnFor(BEFORE);
      victim.kill();
      applications.goOnFor(AFTER);
      applications.end();
      Figures.print(fault, "%s", applications);
      cluster.heal();
      applications.assertAllIsAsAnswered();
    }
  }
}
