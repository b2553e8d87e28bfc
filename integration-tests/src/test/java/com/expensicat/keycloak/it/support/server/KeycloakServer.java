package com.expensicat.keycloak.it.support.server;

import com.expensicat.keycloak.it.support.admin.AdminApi;

/**
 * A Keycloak with the pack inside, its realm imported and the demo overlay applied.
 *
 * <p>The system property {@code keycloak.under.test} says which one {@link #shared()} is: {@code
 * process} (default), {@code container}, or the address of a server that runs already.
 */
public sealed interface KeycloakServer extends AutoCloseable
    permits ServerProcess, ServerContainer, RunningServer {

  /** The realm that the pack serves unless told otherwise. */
  String REALM = "expensicat";

  /** The audience of the API. */
  String API_AUDIENCE = "expensicat-api";

  /** The address of the API at the shared server. */
  String API_ADDRESS = "https://api.expensicat.test/v1";

  /** The server option that sets it. */
  String API_ADDRESS_OPTION = "--spi-expensicat--realm--api-address=" + API_ADDRESS;

  /** The server of the whole test run: started when first asked for, stopped when the JVM ends. */
  static KeycloakServer shared() {
    return SharedServer.INSTANCE;
  }

  /** A process for one test alone, whatever the shared server is; the test closes it. */
  static ServerProcess start(ServerSettings settings) {
    return ServerProcess.start(settings);
  }

  /** Where requests to it go: scheme, host and port, without a slash at the end. */
  String baseUrl();

  /** The address that it says of itself, in the same form; another than its own in a cluster. */
  default String publicUrl() {
    return baseUrl();
  }

  /** The bootstrap admin's REST API for the realm {@link #REALM}. */
  AdminApi admin();

  /** All that the server has logged so far; where nobody can know, the test is aborted. */
  String log();

  @Override
  void close();

  /** The realm's address, which is its issuer unless the server is one of several. */
  default String realmUrl() {
    return baseUrl() + "/realms/" + REALM;
  }

  /** The realm's issuer. */
  default String issuer() {
    return publicUrl() + "/realms/" + REALM;
  }

  /** What the pack's own addresses begin with. */
  default String packUrl() {
    return baseUrl() + "/api/auth/oauth2";
  }
}
