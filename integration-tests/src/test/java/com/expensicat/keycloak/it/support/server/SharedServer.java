package com.expensicat.keycloak.it.support.server;

/** Holds the server of the test run; loading this class starts it. */
final class SharedServer {

  static final KeycloakServer INSTANCE =
      start(System.getProperty("keycloak.under.test", "process"));

  private SharedServer() {}

  private static KeycloakServer start(String kind) {
    return switch (kind) {
      case "process" ->
          ServerProcess.startToLast(
              ServerSettings.standard()
                  .on(Database.empty())
                  .withRuntimeOptions(KeycloakServer.API_ADDRESS_OPTION)
                  .trustingProxyAt(TrustedProxy.ADDRESS));
      case "container" -> {
        ServerContainer server = ServerContainer.start();
        TestRun.atEnd(server::close);
        yield server;
      }
      default -> RunningServer.at(kind);
    };
  }
}
