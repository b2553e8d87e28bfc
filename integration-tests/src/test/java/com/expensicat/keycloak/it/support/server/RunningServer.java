package com.expensicat.keycloak.it.support.server;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.Person;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * A server that somebody else started, say by the compose file. The environment variables {@code
 * KC_BOOTSTRAP_ADMIN_USERNAME} and {@code KC_BOOTSTRAP_ADMIN_PASSWORD} name its admin.
 */
final class RunningServer implements KeycloakServer {

  private final String baseUrl;
  private final AdminApi admin;

  private RunningServer(String baseUrl) {
    this.baseUrl = baseUrl;
    this.admin =
        new AdminApi(
            baseUrl,
            REALM,
            new Person(
                environment("KC_BOOTSTRAP_ADMIN_USERNAME"),
                environment("KC_BOOTSTRAP_ADMIN_PASSWORD")));
  }

  static RunningServer at(String url) {
    if (!url.startsWith("http")) {
      throw new IllegalArgumentException(
          "keycloak.under.test is process, container or an address, not " + url);
    }
    RunningServer server = new RunningServer(url.replaceAll("/+$", ""));
    server.admin.partialImport(Artifacts.demoOverlay());
    return server;
  }

  private static String environment(String name) {
    return Optional.ofNullable(System.getenv(name)).orElse("admin");
  }

  @Override
  public String baseUrl() {
    return baseUrl;
  }

  @Override
  public AdminApi admin() {
    return admin;
  }

  @Override
  public String log() {
    return Assumptions.abort("The log of " + baseUrl + " cannot be read from here.");
  }

  /** The server stays up: it is not ours. */
  @Override
  public void close() {}
}
