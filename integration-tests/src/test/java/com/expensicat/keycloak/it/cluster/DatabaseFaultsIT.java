package com.expensicat.keycloak.it.cluster;

import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.OnThreeNodes;
import com.expensicat.keycloak.it.support.server.Postgres;
import com.expensicat.keycloak.it.support.server.Programs;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The database of three nodes is away, or dies, or one node loses its connections. */
@OnThreeNodes
class DatabaseFaultsIT {

  private static final int BEFORE = 100;
  private static final int AFTER = 200;
  private static final Duration AWAY = Duration.ofSeconds(20);
  private static final int CUTS = 10;
  private static final Duration BETWEEN_CUTS = Duration.ofMillis(400);
  private static final String CUT =
      "select count(pg_terminate_backend(pid)) from pg_stat_activity"
          + " where application_name = 'node-2'";

  private final Cluster cluster = Cluster.ofThree();
  private final Postgres postgres = cluster.database().server().orElseThrow();

  @BeforeEach
  void heal() {
    cluster.heal();
  }

  @Test
  void whatWasAnsweredHoldsWhenTheDatabaseIsAwayForAWhile() {
    assertAllHolds(
        "PostgreSQL away for 20 s",
        () -> {
          postgres.stop();
          Programs.pause(AWAY);
          postgres.startAgain();
        });
  }

  @Test
  void whatWasAnsweredHoldsWhenTheDatabaseCrashes() {
    assertAllHolds(
        "PostgreSQL crashed",
        () -> {
          postgres.crash();
          postgres.startAgain();
        });
  }

  @Test
  void whatWasAnsweredHoldsWhenANodeLosesItsConnections() {
    assertAllHolds(
        "connections of a node cut",
        () -> {
          for (int number = 0; number < CUTS; number++) {
            cluster.database().value(CUT);
            Programs.pause(BETWEEN_CUTS);
          }
        });
  }

  private void assertAllHolds(String name, Runnable fault) {
    try (Applications applications = Applications.at(cluster)) {
      applications.goOnFor(BEFORE);
      fault.run();
      applications.goOnFor(AFTER);
      applications.end();
      Figures.print(name, "%s", applications);
      cluster.heal();
      applications.assertAllIsAsAnswered();
    }
  }
}
