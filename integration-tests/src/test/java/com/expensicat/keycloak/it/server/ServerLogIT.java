package com.expensicat.keycloak.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The logs of the shared server and of the cluster's nodes, after all other tests. */
@Isolated("which puts it at the end")
class ServerLogIT {

  private static final Pattern ENTRY = Pattern.compile("\\d{4}-\\d\\d-\\d\\d .*");
  private static final Pattern TRACE = Pattern.compile("\\tat .*|Caused by.*");

  /** An entry that may have a stack trace: how it begins, and a class that the trace begins in. */
  private record Allowed(String entry, String origin) {}

  /** What Keycloak itself logs so, about something that a test breaks on purpose. */
  private static final List<Allowed> ALLOWED =
      List.of(
          // A mail server that is not there, or hangs up.
          new Allowed("KC-SERVICES0029: Failed to send email", ""),
          // A partial import with a bad issuer, which the admin is told of too.
          new Allowed("KC-SERVICES0037: Error creating settings", ""),
          // A start on a machine that is busy with other starts.
          new Allowed("vertx-blocked-thread-checker", "TCPServerBase.listen"));

  @Test
  void nothingInThemIsAStackTrace() {
    assertThat(logs().stream().map(ServerLogIT::entriesWithTraces).flatMap(List::stream)).isEmpty();
  }

  @Test
  void nobodyWroteALineOfHisOwn() {
    assertThat(logs()).allSatisfy(log -> assertThat(log).doesNotContainPattern("(?m)^.?X-Evil"));
  }

  private static List<String> logs() {
    KeycloakServer server = KeycloakServer.shared();
    assumeThat(server).isInstanceOf(ServerProcess.class);
    return Stream.concat(Stream.of(server), Cluster.sharedNodes().stream())
        .map(KeycloakServer::log)
        .toList();
  }

  /** Each entry that has a trace and may not: its line, and where the trace begins. */
  private static List<String> entriesWithTraces(String log) {
    List<String> found = new ArrayList<>();
    String entry = "";
    boolean known = false;
    for (String line : log.lines().toList()) {
      if (ENTRY.matcher(line).matches()) {
        entry = line;
        known = false;
      } else if (!known && TRACE.matcher(line).matches()) {
        known = true;
        if (!isAllowed(entry, line)) {
          found.add(entry + '\n' + line);
        }
      }
    }
    return found;
  }

  private static boolean isAllowed(String entry, String origin) {
    return ALLOWED.stream()
        .anyMatch(allowed -> entry.contains(allowed.entry()) && origin.contains(allowed.origin()));
  }
}
