package com.expensicat.keycloak.it.support.server;

import com.expensicat.keycloak.it.support.browser.Browser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Several nodes of one Keycloak, as in production: one build, one database, one issuer, caches that
 * find each other by the database. Each node is a server with an address of its own, {@link
 * KeycloakServer#baseUrl()}; whichever answers says {@link KeycloakServer#publicUrl()} of itself,
 * which is the first node's address. So what one gives is good at the other, and {@link
 * Browser#at(KeycloakServer)} has a browser stay at a node. A test leaves all nodes running.
 */
public final class Cluster {

  private static final FutureTask<Cluster> SHARED =
      new FutureTask<>(
          () -> {
            Cluster cluster = new Cluster();
            cluster.node(2);
            return cluster;
          });

  private final Database database = Database.createShared();
  private final List<ServerProcess> nodes = new ArrayList<>();

  private Cluster() {}

  /**
   * The cluster of the whole test run: two nodes, which start when first asked for and end with the
   * JVM. Where there is no PostgreSQL, the test is skipped.
   */
  public static Cluster shared() {
    Postgres.missing()
        .ifPresent(why -> Programs.skip("PostgreSQL " + why + ", so there is no cluster"));
    SHARED.run();
    try {
      return SHARED.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The nodes of {@link #shared()}, if it was asked for; otherwise none. */
  public static List<ServerProcess> sharedNodes() {
    return SHARED.isDone() ? shared().nodes() : List.of();
  }

  /** The nodes so far. */
  public synchronized List<ServerProcess> nodes() {
    return List.copyOf(nodes);
  }

  /**
   * A node, and those before it; it stays once it was asked for.
   *
   * @param number from 1, which is the one that was there first
   */
  public synchronized ServerProcess node(int number) {
    while (nodes.size() < number) {
      nodes.add(ServerProcess.startToLast(next()));
    }
    return nodes.get(number - 1);
  }

  /** Their database, for what only it can say. */
  public Database database() {
    return database;
  }

  private ServerSettings next() {
    ServerSettings settings =
        ServerSettings.standard()
            .on(database)
            .withRuntimeOptions(
                KeycloakServer.API_ADDRESS_OPTION,
                "--cache=ispn",
                "--http-metrics-histograms-enabled=true",
                "--cache-embedded-network-bind-address=127.0.0.1",
                "--cache-embedded-network-bind-port=" + freePort())
            .trustingProxyAt(TrustedProxy.ADDRESS);
    return nodes.isEmpty()
        ? settings
        : settings.withoutRealm().withRuntimeOptions("--hostname=" + nodes.get(0).publicUrl());
  }

  /** JGroups watches over its neighbours at the port that is 50000 higher. */
  private static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 15_000);
      if (isFree(port) && isFree(port + 50_000)) {
        return port;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
