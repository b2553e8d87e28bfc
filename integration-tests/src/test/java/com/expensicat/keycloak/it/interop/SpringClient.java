package com.expensicat.keycloak.it.interop;

import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.Programs;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * The Spring application of {@code clients/spring} as a process of this machine, on a free port of
 * loopback.
 */
final class SpringClient implements AutoCloseable {

  private static final Duration LONGEST_START = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** What Spring Boot logs once it serves. */
  private static final String READY = "Started SpringClient in";

  private final int port = ServerProcess.freePort();
  private final Path log;
  private final Process process;

  private SpringClient(String clientId, String issuer) {
    try {
      log = Files.createTempFile(Artifacts.SERVERS, "spring-client-", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-jar",
                  Artifacts.SPRING_CLIENT.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().keySet().removeIf(name -> name.matches("(JAVA|JDK|SPRING|SERVER)_.*"));
      builder.environment().put("CLIENT_ID", clientId);
      builder.environment().put("ISSUER", issuer);
      builder.environment().put("SERVER_PORT", String.valueOf(port));
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it for a client of the realm with that issuer. */
  static SpringClient start(String clientId, String issuer) throws InterruptedException {
    SpringClient client = new SpringClient(clientId, issuer);
    Instant deadline = Instant.now().plus(LONGEST_START);
    while (!client.log().contains(READY)) {
      if (!client.process.isAlive() || Instant.now().isAfter(deadline)) {
        client.close();
        throw new AssertionError("The Spring application does not start:\n" + client.log());
      }
      Thread.sleep(PAUSE.toMillis());
    }
    return client;
  }

  URI at(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** All that the process has printed so far. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    Programs.stop(process);
  }
}
