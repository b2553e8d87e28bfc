package com.expensicat.keycloak.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * The demo's session issuer, installed by {@code npm ci} beside the servers and not in the source
 * tree, once for each lockfile.
 */
final class NodeApplication {

  private static final int OLDEST_NODE = 20;
  private static final Pattern NODE_VERSION = Pattern.compile("v(\\d+)\\..*", Pattern.DOTALL);
  private static final Pattern UNREACHABLE =
      Pattern.compile("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ENOTCACHED");
  private static final List<String> INSTALL = List.of("npm", "ci", "--no-progress");

  private NodeApplication() {}

  /**
   * The folder of the installed application, with its sources as they are now; where Node.js or npm
   * is missing or npm has no way to its registry, the test is aborted.
   */
  static synchronized Path installed() {
    requireNodeAndNpm();
    try {
      Path home = Artifacts.SERVERS.resolve("session-issuer-" + fingerprint());
      if (!Files.exists(home)) {
        install(home);
      }
      copySources(home);
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void install(Path home) throws IOException {
    Files.createDirectories(Artifacts.SERVERS);
    Path work = Files.createTempDirectory(Artifacts.SERVERS, "installing-");
    copySources(work);
    Path log = work.resolve("npm.log");
    if (run(work, log, INSTALL) != 0) {
      String output = Files.readString(log);
      if (UNREACHABLE.matcher(output).find()) {
        throw skip("npm does not reach its registry, so the session issuer cannot be installed");
      }
      throw new AssertionError("npm ci failed:\n" + output);
    }
    Files.move(work, home);
  }

  private static void copySources(Path target) throws IOException {
    try (DirectoryStream<Path> sources =
        Files.newDirectoryStream(Artifacts.SESSION_ISSUER, Files::isRegularFile)) {
      for (Path source : sources) {
        Files.copy(
            source,
            target.resolve(source.getFileName()),
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static String fingerprint() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(Files.readAllBytes(Artifacts.SESSION_ISSUER.resolve("package-lock.json")));
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void requireNodeAndNpm() {
    String node = version("node").orElse("");
    Matcher matcher = NODE_VERSION.matcher(node);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < OLDEST_NODE) {
      throw skip(
          "Node.js "
              + OLDEST_NODE
              + " or newer was not found, so the session issuer cannot run"
              + (node.isEmpty() ? "" : " (there is " + node.strip() + ")"));
    }
    if (version("npm").isEmpty()) {
      throw skip("npm was not found, so the session issuer cannot be installed");
    }
  }

  /** What {@code --version} prints; empty where there is no such command or it fails. */
  private static Optional<String> version(String command) {
    try {
      Path output = Files.createTempFile("version", ".txt");
      try {
        return run(Path.of("."), output, List.of(command, "--version")) == 0
            ? Optional.of(Files.readString(output))
            : Optional.empty();
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static int run(Path folder, Path log, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroy();
        throw new AssertionError(command + " takes too long:\n" + Files.readString(log));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Aborts the test; reports of a whole run seldom show why, hence the line on stderr. */
  private static AssertionError skip(String reason) {
    String message = "Skipped: " + reason + ".";
    System.err.println(message);
    Assumptions.abort(message);
    throw new AssertionError(message);
  }
}
