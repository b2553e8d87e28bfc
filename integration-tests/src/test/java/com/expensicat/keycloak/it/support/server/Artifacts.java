package com.expensicat.keycloak.it.support.server;

import com.expensicat.keycloak.it.support.http.Json;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is under test, as files: Maven says where, the defaults are for a run in an IDE. */
public final class Artifacts {

  static final String KEYCLOAK_VERSION = System.getProperty("keycloak.version", "26.7.5");

  /** The oldest that the jar runs on. */
  public static final String OLDEST_VERSION =
      System.getProperty("keycloak.oldest.version", "26.7.3");

  /** An older one of the same minor version, on which it does not run. */
  public static final String FIRST_VERSION = System.getProperty("keycloak.first.version", "26.7.0");

  public static final Path SERVERS = path("servers.directory", "target");
  public static final Path DISTRIBUTION =
      path("keycloak.distribution", "target/keycloak-" + KEYCLOAK_VERSION);
  public static final Path JAR = path("pack.jar", "../providers/target/expensicat-auth.jar");

  /** What users of a release get. */
  public static final Path RELEASE = path("pack.release", "../providers/target/release");

  public static final Path REALM = path("pack.realm", "../realm-export/expensicat-realm.json");
  static final Path DEMO_OVERLAY =
      path("pack.demo-overlay", "../realm-export/demo/demo-overlay.json");
  public static final Path SESSION_ISSUER =
      path("pack.session-issuer", "../examples/session-issuer");

  public static final Path MCP_SERVER = path("pack.mcp-server", "../examples/mcp-server");

  /** What runs the OAuth clients of others. */
  public static final Path INTEROP_CLIENTS = path("pack.interop-clients", "clients");

  /** The Spring application, which the profile {@code interop} builds. */
  public static final Path SPRING_CLIENT =
      INTEROP_CLIENTS.resolve("spring/target/spring-client.jar");

  /** The example API, which the same profile builds. */
  public static final Path EXAMPLE_API = path("pack.example-api", "../examples/api");

  public static final Path EXAMPLE_API_JAR = EXAMPLE_API.resolve("target/example-api.jar");

  /** The table of those clients. */
  public static final Path CLIENTS_PAGE = path("pack.clients-page", "../docs/clients.md");

  /** The page that tells admins what ends access. */
  public static final Path ENDINGS_PAGE = path("pack.endings-page", "../docs/endings.md");

  /** The page by which the pack is installed. */
  public static final Path INSTALLING_PAGE = path("pack.installing-page", "../docs/installing.md");

  /** What Prometheus and Grafana are told. */
  public static final Path OBSERVE = path("pack.observe", "../docker/observe");

  /** Where the README's pictures lie. */
  public static final Path PICTURES = path("pack.pictures", "../docs/pictures");

  /** The repository, with its history. */
  public static final Path REPOSITORY = REALM.getParent().resolveSibling(".").normalize();

  private Artifacts() {}

  /**
   * Another version of Keycloak, unpacked; where the build has not done so, the test is skipped.
   */
  static Path distribution(String version) {
    Path folder = DISTRIBUTION.resolveSibling("keycloak-" + version);
    if (!Files.isDirectory(folder)) {
      Programs.skip("Keycloak " + version + " is not unpacked");
    }
    return folder;
  }

  private static Path path(String property, String otherwise) {
    return Path.of(System.getProperty(property, otherwise)).toAbsolutePath().normalize();
  }

  /** Puts the realm export where {@code --import-realm} looks for it. */
  static void copyRealmInto(Path dataFolder) throws IOException {
    Path imports = Files.createDirectories(dataFolder.resolve("import"));
    Files.copy(REALM, imports.resolve(REALM.getFileName()));
  }

  /** The demo overlay, a partial import. */
  public static ObjectNode demoOverlay() {
    try {
      return (ObjectNode) Json.read(Files.readString(DEMO_OVERLAY)).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
