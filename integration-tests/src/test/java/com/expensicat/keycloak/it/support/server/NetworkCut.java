package com.expensicat.keycloak.it.support.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A node that hears no other node and that no other node hears, while its clients and the database
 * reach it. What is sent gets lost, as where a cable is cut: nobody is told. Closing it heals.
 */
public final class NetworkCut implements AutoCloseable {

  private static final Path LOG = Artifacts.SERVERS.resolve("iptables.log");

  private static final Path SOCKETS = Artifacts.SERVERS.resolve("sockets.log");

  /** The addresses by which nodes talk to each other. */
  private static final String NODES = "127.0.0.8/29";

  private static final Pattern PORT_OF_NODE =
      Pattern.compile("127\\.0\\.0\\.1]?:(\\d+) +\\S*127\\.0\\.0\\.1[1-5]]?:");

  private final List<List<String>> lost;

  private NetworkCut(List<List<String>> lost) {
    this.lost = lost;
  }

  /** Where this machine does not let us cut anything, the test is skipped. */
  public static void requirePossible() {
    if (Stream.of("iptables", "ss")
            .anyMatch(name -> Programs.named(List.of(name)).findFirst().isEmpty())
        || run(List.of("iptables", "-n", "-L", "INPUT"), LOG) != 0) {
      throw Programs.skip("iptables cannot be used here, so no node is cut off");
    }
  }

  /**
   * Cuts a node off: all that comes to its address or from there, the connections that it has made
   * to others, for which JGroups takes no address, and every new one between nodes.
   */
  public static NetworkCut around(ServerProcess node) {
    String address = Cluster.address(node);
    List<List<String>> lost = new ArrayList<>();
    lost.add(List.of("-s", address));
    lost.add(List.of("-d", address));
    lost.add(List.of("-p", "tcp", "--syn", "-d", NODES));
    for (String port : portsToOthers(node)) {
      lost.add(List.of("-p", "tcp", "--sport", port));
      lost.add(List.of("-p", "tcp", "--dport", port));
    }
    NetworkCut cut = new NetworkCut(lost);
    if (!cut.rules("-I")) {
      throw new AssertionError("The network is not cut:\n" + Programs.printed(LOG));
    }
    return cut;
  }

  private static List<String> portsToOthers(ServerProcess node) {
    if (run(List.of("ss", "-Htnp"), SOCKETS) != 0) {
      throw new AssertionError(Programs.printed(SOCKETS));
    }
    return Programs.printed(SOCKETS)
        .lines()
        .filter(line -> node.processIds().anyMatch(id -> line.contains("pid=" + id + ",")))
        .map(PORT_OF_NODE::matcher)
        .filter(Matcher::find)
        .map(found -> found.group(1))
        .toList();
  }

  private boolean rules(String action) {
    return lost.stream()
        .allMatch(
            match ->
                run(
                        Stream.of(
                                List.of("iptables", action, "INPUT", "-i", "lo"),
                                match,
                                List.of("-j", "DROP"))
                            .flatMap(List::stream)
                            .toList(),
                        LOG)
                    == 0);
  }

  private static int run(List<String> command, Path output) {
    try {
      return Programs.run(Artifacts.SERVERS, output, command);
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
