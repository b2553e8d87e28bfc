package com.expensicat.keycloak.it.support.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A container that somebody else started. The system property {@code compose.engine} names the
 * program by which it is ended, docker unless it does.
 */
public record Container(String id) {

  /** The one whose id a system property has. */
  public static Container of(String property) {
    return new Container(System.getProperty(property));
  }

  /** Ends it as a power cut does. */
  public void kill() {
    run("kill", "--signal", "KILL", id);
  }

  /** Has it end in good order. */
  public void stop() {
    run("stop", id);
  }

  public void start() {
    run("start", id);
  }

  private static void run(String... arguments) {
    List<String> command = new ArrayList<>(List.of(System.getProperty("compose.engine", "docker")));
    command.addAll(List.of(arguments));
    try {
      Path output = Files.createTempFile(Artifacts.SERVERS, "container-", ".log");
      if (Programs.run(Path.of("."), output, command) != 0) {
        throw new AssertionError(command + ":\n" + Programs.printed(output));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
