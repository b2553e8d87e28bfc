package com.expensicat.keycloak.it.support.server;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The programs of this machine. A test whose program is missing is skipped; with the system
 * property {@code programs.required} it fails.
 */
public final class Programs {

  private Programs() {}

  /** Executables of these names, by the order of the {@code PATH}. */
  public static Stream<Path> named(List<String> names) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .flatMap(folder -> names.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable);
  }

  /**
   * Runs a command to its end, for five minutes at most.
   *
   * @param output gets what it prints
   * @return its status
   */
  public static int run(Path folder, Path output, List<String> command) throws IOException {
    return run(folder, output, command, Map.of());
  }

  /**
   * Runs a command to its end, for five minutes at most.
   *
   * @param output gets what it prints
   * @param settings environment variables
   * @return its status
   */
  public static int run(
      Path folder, Path output, List<String> command, Map<String, String> settings)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(settings);
    Process process = builder.start();
    try {
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroy();
        throw new AssertionError(command + " takes too long:\n" + Files.readString(output));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** All that a program has written to a file so far. */
  public static String printed(Path output) {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits before a program is looked at once more. */
  public static void pause(Duration length) {
    try {
      Thread.sleep(length.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Sends a process a signal, say {@code QUIT}. */
  public static void signal(String name, ProcessHandle process) throws IOException {
    run(
        Artifacts.SERVERS,
        Artifacts.SERVERS.resolve("kill.log"),
        List.of("kill", "-" + name, String.valueOf(process.pid())));
  }

  /** Ends a process that runs; one that does not within ten seconds is killed. */
  public static void stop(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Skips the test; reports of a whole run seldom show why, hence the line on stderr.
   *
   * @param reason what is missing, and what cannot be done for that
   */
  public static AssertionError skip(String reason) {
    if (Boolean.getBoolean("programs.required")) {
      throw new AssertionError(reason);
    }
    String message = "Skipped: " + reason + ".";
    System.err.println(message);
    Assumptions.abort(message);
    throw new AssertionError(message);
  }
}
