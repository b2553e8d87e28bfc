package com.expensicat.keycloak.it.support.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code server.mjs} of a {@link NodeApplication} as a process of this machine. It sees nothing
 * of this one's environment but its paths, and says in a line when it is ready, and where.
 */
public final class NodeServer implements AutoCloseable {

  private static final Duration LONGEST_START = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Pattern READY = Pattern.compile("^.+ ready at (\\S+)$", Pattern.MULTILINE);
  private static final Set<String> ENVIRONMENT = Set.of("PATH", "HOME");

  private final Process process;
  private final Path log;
  private final String address;

  private NodeServer(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.address = awaitReady();
  }

  /**
   * Starts it; where Node.js is missing, that aborts the test.
   *
   * @param settings environment variables, as the application's README lists them
   */
  public static NodeServer start(NodeApplication application, Map<String, String> settings) {
    Path home = application.installed();
    try {
      Path log = Files.createTempFile(Artifacts.SERVERS, application.name() + "-", ".log");
      ProcessBuilder builder =
          new ProcessBuilder("node", "server.mjs")
              .directory(home.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().keySet().retainAll(ENVIRONMENT);
      builder.environment().putAll(settings);
      return new NodeServer(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String awaitReady() {
    Instant deadline = Instant.now().plus(LONGEST_START);
    while (true) {
      boolean alive = process.isAlive();
      Matcher ready = READY.matcher(log());
      if (ready.find()) {
        return ready.group(1);
      }
      if (!alive || Instant.now().isAfter(deadline)) {
        close();
        throw new AssertionError("It does not start:\n" + log());
      }
      Programs.pause(PAUSE);
    }
  }

  /** Where it says that it is. */
  public String address() {
    return address;
  }

  /** All that it has printed so far. */
  public String log() {
    return Programs.printed(log);
  }

  /** Ends the process; its port refuses connections after that. Once is enough. */
  @Override
  public void close() {
    Programs.stop(process);
  }
}
