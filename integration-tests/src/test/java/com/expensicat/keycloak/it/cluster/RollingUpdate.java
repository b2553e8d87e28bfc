package com.expensicat.keycloak.it.cluster;

import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.Database;
import com.expensicat.keycloak.it.support.server.Postgres;
import com.expensicat.keycloak.it.support.server.Programs;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * Nodes of one database, each of which can be replaced by one that is made of something else. A
 * node gets no requests any more when it is told to stop, and the new one none before it is ready,
 * as a proxy does it that asks for readiness.
 */
final class RollingUpdate implements AutoCloseable {

  private final Database database;
  private final String publicUrl = "http://localhost:" + ServerProcess.freePort();
  private final List<ServerProcess> nodes = new CopyOnWriteArrayList<>();
  private final AtomicInteger turns = new AtomicInteger();

  private RollingUpdate(Database database) {
    this.database = database;
  }

  /** No node yet; where there is no PostgreSQL, the test is skipped. */
  static RollingUpdate onEmptyDatabase() {
    Postgres.missing()
        .ifPresent(why -> Programs.skip("PostgreSQL " + why + ", so there is no cluster"));
    return new RollingUpdate(Database.empty());
  }

  /**
   * Adds a node.
   *
   * @param software says what it is made of
   */
  ServerProcess add(UnaryOperator<ServerSettings> software) {
    ServerProcess node =
        ServerProcess.start(
            software.apply(
                Cluster.settings("127.0.0.1")
                    .withoutRealm()
                    .on(database)
                    .withRuntimeOptions("--hostname=" + publicUrl)));
    nodes.add(node);
    return node;
  }

  /** Replaces the oldest node. */
  ServerProcess replaceOne(UnaryOperator<ServerSettings> software) {
    ServerProcess old = nodes.remove(0);
    old.stop();
    old.close();
    return add(software);
  }

  /** The nodes that get requests. */
  List<ServerProcess> nodes() {
    return List.copyOf(nodes);
  }

  /** The node whose turn it is. */
  ServerProcess next() {
    List<ServerProcess> now = nodes();
    return now.get(Math.floorMod(turns.getAndIncrement(), now.size()));
  }

  @Override
  public void close() {
    nodes.forEach(ServerProcess::close);
  }
}
