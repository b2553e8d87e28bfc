package com.expensicat.keycloak.it.support.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/** A Spring Boot application as a process of this machine, on a free port of loopback. */
public final class BootJar implements AutoCloseable {

  private static final Duration LONGEST_START = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** What Spring Boot logs once it serves. */
  private static final Pattern READY = Pattern.compile("Started \\w+ in ");

  private final int port = ServerProcess.freePort();
  private final Path log;
  private final Process process;

  private BootJar(Path jar, Map<String, String> environment) {
    try {
      String name = jar.getFileName().toString().replace(".jar", "-");
      log = Files.createTempFile(Artifacts.SERVERS, name, ".log");
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-jar",
                  jar.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder
          .environment()
          .keySet()
          .removeIf(variable -> variable.matches("(JAVA|JDK|SPRING|SERVER|EXPENSICAT|LOGGING)_.*"));
      builder.environment().putAll(environment);
      builder.environment().put("SERVER_PORT", String.valueOf(port));
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts it.
   *
   * @param environment its settings
   */
  public static BootJar start(Path jar, Map<String, String> environment)
      throws InterruptedException {
    BootJar application = new BootJar(jar, environment);
    Instant deadline = Instant.now().plus(LONGEST_START);
    while (!READY.matcher(application.log()).find()) {
      if (!application.process.isAlive() || Instant.now().isAfter(deadline)) {
        application.close();
        throw new AssertionError(jar + " does not start:\n" + application.log());
      }
      Thread.sleep(PAUSE.toMillis());
    }
    return application;
  }

  public int port() {
    return port;
  }

  public URI at(String pathAndQuery) {
    return URI.create("http://127.0.0.1:" + port + pathAndQuery);
  }

  /** All that the process has printed so far. */
  public String log() {
    return Programs.printed(log);
  }

  @Override
  public void close() {
    Programs.stop(process);
  }
}
