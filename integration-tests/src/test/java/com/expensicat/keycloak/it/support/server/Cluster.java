package com.expensicat.keycloak.it.support.server;

import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.AtOnce;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Several nodes of one Keycloak, as in production: one build, one database, one issuer, caches that
 * find each other by the database. Each node is a server with an address of its own, {@link
 * KeycloakServer#baseUrl()}; whichever answers says {@link KeycloakServer#publicUrl()} of itself,
 * which is the first node's address. So what one gives is good at the other, and {@link
 * Browser#at(KeycloakServer)} has a browser stay at a node. A test leaves all nodes running.
 */
public final class Cluster {

  private static final String ADDRESS_OPTION = "--cache-embedded-network-bind-address";
  private static final String PORT_OPTION = "--cache-embedded-network-bind-port";

  /** What was answered is written by then, as the compose file has it. */
  private static final String SAFE_COMMIT = "--spi-connections-jpa--quarkus--async-commit=false";

  private static final FutureTask<Cluster> SHARED =
      new FutureTask<>(
          () -> {
            Cluster cluster = new Cluster(Database.createShared());
            cluster.node(2);
            return cluster;
          });

  private static final FutureTask<Cluster> OF_THREE =
      new FutureTask<>(() -> new Cluster(Database.preparedIn(Postgres.ofItsOwn())).startAtOnce(3));

  private final Database database;
  private final List<ServerProcess> nodes = new ArrayList<>();

  private Cluster(Database database) {
    this.database = database;
  }

  /**
   * The cluster of the whole test run: two nodes, which start when first asked for and end with the
   * JVM. Where there is no PostgreSQL, the test is skipped.
   */
  public static Cluster shared() {
    return get(SHARED);
  }

  /**
   * Three nodes on a PostgreSQL of their own, for tests of faults: {@link #heal} undoes what one
   * did to them. They have imported the realm at one instant, in an empty database, have no node's
   * address but one where nobody listens for their public one, and an address each by which they
   * talk to the others.
   */
  public static Cluster ofThree() {
    return get(OF_THREE);
  }

  private static Cluster get(FutureTask<Cluster> cluster) {
    Postgres.missing()
        .ifPresent(why -> Programs.skip("PostgreSQL " + why + ", so there is no cluster"));
    cluster.run();
    try {
      return cluster.get();
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

  private Cluster startAtOnce(int count) {
    String publicUrl = "http://localhost:" + ServerProcess.freePort();
    nodes.addAll(
        AtOnce.run(
            IntStream.rangeClosed(1, count)
                .mapToObj(
                    number ->
                        settings("127.0.0." + (10 + number))
                            .on(database.as("node-" + number))
                            .withRuntimeOptions("--hostname=" + publicUrl, SAFE_COMMIT))
                .map(Cluster::starting)
                .toList()));
    nodes.get(0).admin().partialImport(Artifacts.demoOverlay());
    return this;
  }

  private static Callable<ServerProcess> starting(ServerSettings settings) {
    return () -> ServerProcess.startToLast(settings.withoutDemoOverlay());
  }

  /** The node that the others follow, which is the one that was there first. */
  public ServerProcess oldest() {
    String address = database.value("select ip from jgroups_ping where coord");
    return nodes().stream()
        .filter(
            node -> address.equals(address(node) + ":" + node.option(PORT_OPTION).orElseThrow()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No node at " + address));
  }

  /** All nodes but that. */
  public List<ServerProcess> others(ServerProcess node) {
    return nodes().stream().filter(other -> other != node).toList();
  }

  /** By which a node talks to the others; its HTTP port is at another one. */
  public static String address(ServerProcess node) {
    return node.option(ADDRESS_OPTION).orElseThrow();
  }

  /** Starts the database and the nodes that do not run, and waits until all nodes are ready. */
  public void heal() {
    database.server().orElseThrow().startWhereStopped();
    AtOnce.run(
        nodes().stream()
            .<Callable<Void>>map(
                node ->
                    () -> {
                      node.startWhereEnded();
                      return null;
                    })
            .toList());
  }

  /** Their database, for what only it can say. */
  public Database database() {
    return database;
  }

  private ServerSettings next() {
    ServerSettings settings = settings("127.0.0.1").on(database);
    return nodes.isEmpty()
        ? settings
        : settings.withoutRealm().withRuntimeOptions("--hostname=" + nodes.get(0).publicUrl());
  }

  /**
   * What makes a server a node; its database and public address are its own to say.
   *
   * @param address by which it talks to the other nodes
   */
  public static ServerSettings settings(String address) {
    return ServerSettings.standard()
        .withRuntimeOptions(
            KeycloakServer.API_ADDRESS_OPTION,
            "--cache=ispn",
            "--http-metrics-histograms-enabled=true",
            "--shutdown-delay=5s", // as in what is shipped
            ADDRESS_OPTION + "=" + address,
            PORT_OPTION + "=" + freePort())
        .trustingProxyAt(TrustedProxy.ADDRESS);
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
