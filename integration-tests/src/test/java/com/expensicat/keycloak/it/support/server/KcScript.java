package com.expensicat.keycloak.it.support.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code bin/kc.sh} on the Java that runs the tests, with nothing of the caller's settings. */
final class KcScript {

  private KcScript() {}

  /**
   * Starts the script in a Keycloak's folder.
   *
   * @param log gets all output, after what it has already
   * @param settings environment variables
   * @param lasting whether it runs long enough to pay for the second compiler, which takes half of
   *     a start and makes signatures by RSA ten times as fast
   * @param javaOption one more option of {@code java}, or an empty string
   */
  static Process run(
      Path home,
      Path log,
      List<String> arguments,
      Map<String, String> settings,
      boolean lasting,
      String javaOption)
      throws IOException {
    List<String> command =
        Stream.concat(Stream.of(home.resolve("bin/kc.sh").toString()), arguments.stream()).toList();
    return run(command, home, log, settings, lasting, javaOption);
  }

  /**
   * Runs shell commands that start the script, as an admin types them; the first that fails is the
   * last.
   *
   * @param folder in which they run
   * @param log gets all output, after what it has already
   * @param settings environment variables
   */
  static Process runCommands(String commands, Path folder, Path log, Map<String, String> settings)
      throws IOException {
    return run(
        List.of("bash", "-euo", "pipefail", "-c", commands), folder, log, settings, false, "");
  }

  private static Process run(
      List<String> command,
      Path folder,
      Path log,
      Map<String, String> settings,
      boolean lasting,
      String javaOption)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Map<String, String> environment = builder.environment();
    environment
        .keySet()
        .removeIf(
            name ->
                name.startsWith("KC_")
                    || name.startsWith("JAVA_")
                    || name.startsWith("EXPENSICAT_"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("JAVA_OPTS_KC_HEAP", "-Xms128m -Xmx1g");
    environment.put(
        "JAVA_OPTS_APPEND",
        "-XX:-UseG1GC -XX:+UseSerialGC"
            + (lasting ? " " : " -XX:TieredStopAtLevel=1 ")
            + javaOption);
    environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", ServerProcess.ADMIN.username());
    environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", ServerProcess.ADMIN.password());
    environment.putAll(settings);
    return builder.start();
  }
}
