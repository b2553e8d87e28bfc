package com.expensicat.keycloak.it;

/** Holds the server of the test run; loading this class starts it. */
final class SharedServer {

  static final KeycloakServer INSTANCE =
      start(System.getProperty("keycloak.under.test", "process"));

  static {
    TestRun.atEnd(INSTANCE::close);
  }

  private SharedServer() {}

  private static KeycloakServer start(String kind) {
    return switch (kind) {
      case "process" ->
          ServerProcess.start(
              ServerSettings.standard()
                  .withRuntimeOptions(KeycloakServer.API_ADDRESS_OPTION)
                  .trustingProxyAt(TrustedProxy.ADDRESS));
      case "container" -> ServerContainer.start();
      default -> RunningServer.at(kind);
    };
  }
}
