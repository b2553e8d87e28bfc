package com.expensicat.keycloak.it.examples;

import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.BootJar;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.Nginx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;

/** The example API for the shared server, with either way to verify a token. */
interface ExampleApi extends AutoCloseable {

  /** Where requests go. */
  URI at(String pathAndQuery);

  /** The same address as a client knows it, which a DPoP proof is for. */
  URI asClientsKnowIt(String pathAndQuery);

  @Override
  void close();

  /**
   * Verifies by keys.
   *
   * @param sessionIssuer the issuer of session JWTs; empty for none
   */
  static ExampleApi byKeys(String sessionIssuer) throws InterruptedException {
    BootJar api = start(Map.of("EXPENSICAT_SESSION_ISSUER", sessionIssuer));
    return new ExampleApi() {
      @Override
      public URI at(String pathAndQuery) {
        return api.at(pathAndQuery);
      }

      @Override
      public URI asClientsKnowIt(String pathAndQuery) {
        return api.at(pathAndQuery);
      }

      @Override
      public void close() {
        api.close();
      }
    };
  }

  /** Behind nginx, which asks {@code check}, with the settings that lie beside the API. */
  static ExampleApi byGateway() throws InterruptedException {
    BootJar api = start(Map.of("SPRING_PROFILES_ACTIVE", "gateway"));
    Nginx nginx = nginx(api);
    return new ExampleApi() {
      @Override
      public URI at(String pathAndQuery) {
        return nginx.at(pathAndQuery);
      }

      @Override
      public URI asClientsKnowIt(String pathAndQuery) {
        return URI.create("https://api.example.com" + pathAndQuery);
      }

      @Override
      public void close() {
        nginx.close();
        api.close();
      }
    };
  }

  private static Nginx nginx(BootJar api) {
    try {
      return Nginx.start(Files.readString(Artifacts.EXAMPLE_API.resolve("nginx.conf")), api.at(""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BootJar start(Map<String, String> settings) throws InterruptedException {
    Map<String, String> whole = new HashMap<>(settings);
    whole.put("EXPENSICAT_ISSUER", KeycloakServer.shared().issuer());
    whole.put("EXPENSICAT_ADDRESS", KeycloakServer.API_ADDRESS);
    return BootJar.start(Artifacts.EXAMPLE_API_JAR, whole);
  }
}
