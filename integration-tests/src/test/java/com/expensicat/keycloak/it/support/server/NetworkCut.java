package com.expensicat.keycloak.it.support.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A node that hears no other node and that no other node hears, while its clients and the database
 * reach it. What is sent gets lost, as where a cable is cut: nobody is told. Closing it heals.
 */
public final class NetworkCut implements AutoCloseable {

  private static final Path LOG = Artifacts.SERVERS.resolve("iptables.log");

  private final String address;

  private NetworkCut(String address) {
    this.address = address;
  }

  /** Where this machine does not let us cut anything, the test is skipped. */
  public static void requirePossible() {
    if (Programs.named(List.of("iptables")).findFirst().isEmpty()
        || run(List.of("iptables", "-n", "-L", "INPUT")) != 0) {
      throw Programs.skip("iptables cannot be used here, so no node is cut off");
    }
  }

  /** Cuts a node off. */
  public static NetworkCut around(ServerProcess node) {
    NetworkCut cut = new NetworkCut(Cluster.address(node));
    if (!cut.rules("-I")) {
      throw new AssertionError("The network is not cut:\n" + Programs.printed(LOG));
    }
    return cut;
  }

  private boolean rules(String action) {
    return Stream.of("-s", "-d")
        .allMatch(
            side ->
                run(List.of("iptables", action, "INPUT", "-i", "lo", side, address, "-j", "DROP"))
                    == 0);
  }

  private static int run(List<String> command) {
    try {
      return Programs.run(Artifacts.SERVERS, LOG, command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (!rules("-D")) {
      throw new AssertionError("The network is still cut:\n" + Programs.printed(LOG));
    }
  }
}
