package com.expensicat.keycloak.it.examples;

import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.Programs;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The repository's {@code start.sh} as a person runs it, on a port and in a folder of its own. */
final class StartScript implements AutoCloseable {

  /** The last line that it prints once it serves. */
  private static final String READY = "Ctrl-C stops the server.";

  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final Duration LONGEST_START = Duration.ofMinutes(10);
  private static final Duration LONGEST_STOP = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** It adds up to 2000. */
  private static final int HIGHEST_PORT = 63_535;

  private final int port;
  private final Path output;
  private final Process process;

  private StartScript(int port, String... options) throws IOException {
    this.port = port;
    Path data = Files.createTempDirectory(Artifacts.SERVERS, "start-");
    output = Files.createTempFile(Artifacts.SERVERS, "start-", ".log");
    List<String> command =
        new ArrayList<>(
            List.of("./start.sh", "--port", String.valueOf(port), "--data", data.toString()));
    command.addAll(List.of(options));
    process =
        new ProcessBuilder(command)
            .directory(REPOSITORY.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
  }

  /** Starts it with further options, and waits until it serves. */
  static StartScript start(String... options) throws IOException, InterruptedException {
    StartScript script = new StartScript(freePort(), options);
    Instant deadline = Instant.now().plus(LONGEST_START);
    while (!script.output().contains(READY)) {
      if (!script.process.isAlive() || Instant.now().isAfter(deadline)) {
        script.close();
        throw new AssertionError("start.sh does not serve:\n" + script.output());
      }
      Thread.sleep(PAUSE.toMillis());
    }
    return script;
  }

  private static int freePort() {
    int port = ServerProcess.freePort();
    return port > HIGHEST_PORT ? freePort() : port;
  }

  /** The one address: scheme, host and port. */
  String address() {
    return "http://localhost:" + port;
  }

  /** The same request at Keycloak itself. */
  URI atKeycloak(String pathAndQuery) {
    return URI.create("http://127.0.0.1:" + (port + 2000) + pathAndQuery);
  }

  /** All that it has printed so far. */
  String output() {
    return Programs.printed(output);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
