package com.expensicat.keycloak.load;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server that runs, and said so in its log.
 *
 * @param ready what it said
 */
record Program(Process started, String ready) implements AutoCloseable {

  private static final int TRIES = 2400;
  private static final int PAUSE = 50; // milliseconds

  /**
   * Starts it, and waits until it is ready.
   *
   * @param settings for its environment
   * @param isReady finds in the log that it is, and in its first group what it said
   */
  static Program start(
      List<String> command, Map<String, String> settings, Path log, Pattern isReady)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(log.toFile()));
    builder.environment().putAll(settings);
    Process process = builder.start();
    try {
      for (int i = 0; i < TRIES; i++) {
        Matcher ready = isReady.matcher(Files.readString(log));
        if (ready.find()) {
          return new Program(process, ready.group(1));
        }
        if (process.waitFor(PAUSE, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroy();
    throw new IOException("A server does not start:\n" + Files.readString(log));
  }

  ProcessHandle process() {
    return started.toHandle();
  }

  @Override
  public void close() {
    started.destroy();
    started.onExit().join();
  }
}
