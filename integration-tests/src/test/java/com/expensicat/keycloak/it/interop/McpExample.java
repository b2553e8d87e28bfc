package com.expensicat.keycloak.it.interop;

import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.NodeApplication;
import com.expensicat.keycloak.it.support.server.NodeServer;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * The MCP server of {@code examples/mcp-server}, and a Keycloak whose realm knows its address and
 * lets anybody register a client.
 *
 * @param address what a client of MCP is told, and nothing else
 */
record McpExample(KeycloakServer keycloak, NodeServer server, String address)
    implements AutoCloseable {

  private static final String POLICIES =
      "/components?type=org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy";

  /** Starts both. */
  static McpExample start(String path) {
    NodeApplication.MCP_SERVER.installed();
    int port = ServerProcess.freePort();
    String address = "http://localhost:" + port + path;
    KeycloakServer keycloak =
        KeycloakServer.start(
            ServerSettings.standard()
                .withRuntimeOptions("--spi-expensicat--realm--api-address=" + address));
    openRegistration(keycloak);
    return new McpExample(keycloak, serve(port, address, keycloak.realmUrl()), address);
  }

  /** The MCP server alone, for the realm of that issuer. */
  static NodeServer serve(int port, String address, String realmIssuer) {
    return NodeServer.start(
        NodeApplication.MCP_SERVER,
        Map.of("PORT", String.valueOf(port), "ADDRESS", address, "REALM_ISSUER", realmIssuer));
  }

  private static void openRegistration(KeycloakServer keycloak) {
    for (JsonNode policy : keycloak.admin().get(POLICIES)) {
      if (policy.path("subType").asText().equals("anonymous")
          && policy.path("providerId").asText().startsWith("expensicat")) {
        keycloak
            .admin()
            .update(
                "/components/" + policy.path("id").asText(),
                component -> component.withObject("/config").putArray("open").add("true"));
      }
    }
  }

  /** What a scripted client is told: the address, and the issuer for what it does not do itself. */
  ObjectNode settings() {
    return Json.object("{}").put("issuer", keycloak.realmUrl()).put("resource", address);
  }

  @Override
  public void close() {
    server.close();
    keycloak.close();
  }
}
