package com.expensicat.keycloak.it.support.server;

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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Node.js application, installed by {@code npm ci} beside the servers and not in the source tree,
 * once for each lockfile.
 *
 * @param name what its folder and reports call it
 */
public record NodeApplication(String name, Path sources) {

  public static final NodeApplication SESSION_ISSUER =
      new NodeApplication("session-issuer", Artifacts.SESSION_ISSUER);

  public static final NodeApplication MCP_SERVER =
      new NodeApplication("mcp-server", Artifacts.MCP_SERVER);

  public static final NodeApplication INTEROP_CLIENTS =
      new NodeApplication("interop-clients", Artifacts.INTEROP_CLIENTS.resolve("node"));

  private static final int OLDEST_NODE = 20;
  private static final Pattern NODE_VERSION = Pattern.compile("v(\\d+)\\..*", Pattern.DOTALL);
  private static final Pattern UNREACHABLE =
      Pattern.compile("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ENOTCACHED");
  private static final List<String> INSTALL = List.of("npm", "ci", "--no-progress");

  /**
   * The folder of the installed application, with its sources as they are now; where Node.js or npm
   * is missing or npm has no way to its registry, the test is aborted.
   */
  public Path installed() {
    synchronized (NodeApplication.class) {
      return installedOnce();
    }
  }

  private Path installedOnce() {
    requireNodeAndNpm();
    try {
      Path home = Artifacts.SERVERS.resolve(name + "-" + fingerprint());
      if (!Files.exists(home)) {
        install(home);
      }
      copySources(home);
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void install(Path home) throws IOException {
    Files.createDirectories(Artifacts.SERVERS);
    Path work = Files.createTempDirectory(Artifacts.SERVERS, "installing-");
    copySources(work);
    Path log = work.resolve("npm.log");
    if (Programs.run(work, log, INSTALL) != 0) {
      String output = Files.readString(log);
      if (UNREACHABLE.matcher(output).find()) {
        throw Programs.skip("npm does not reach its registry, so " + name + " cannot be installed");
      }
      throw new AssertionError("npm ci failed:\n" + output);
    }
    Files.move(work, home);
  }

  private void copySources(Path target) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(sources, Files::isRegularFile)) {
      for (Path source : files) {
        Files.copy(
            source,
            target.resolve(source.getFileName()),
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private String fingerprint() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(Files.readAllBytes(sources.resolve("package-lock.json")));
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void requireNodeAndNpm() {
    String node = version("node").orElse("");
    Matcher matcher = NODE_VERSION.matcher(node);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < OLDEST_NODE) {
      throw Programs.skip(
          "Node.js "
              + OLDEST_NODE
              + " or newer was not found, so "
              + name
              + " cannot run"
              + (node.isEmpty() ? "" : " (there is " + node.strip() + ")"));
    }
    if (version("npm").isEmpty()) {
      throw Programs.skip("npm was not found, so " + name + " cannot be installed");
    }
  }

  /** What {@code --version} prints; empty where there is no such command or it fails. */
  private static Optional<String> version(String command) {
    try {
      Path output = Files.createTempFile("version", ".txt");
      try {
        return Programs.run(Path.of("."), output, List.of(command, "--version")) == 0
            ? Optional.of(Files.readString(output))
            : Optional.empty();
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
