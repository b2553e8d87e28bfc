package com.expensicat.keycloak.it.realm;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.OwnServers;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A realm in which an early build took the ports from loopback redirect URIs. */
@Tag("slow")
@OwnServers
class EarlierBuildIT {

  private static final String ATTRIBUTE = "expensicat.redirect-uris";

  @Test
  void aPortComesBackOnceWhereAnotherAddressNamesIt() {
    try (ServerProcess server = KeycloakServer.start(ServerSettings.standard())) {
      create(server, "by-origin", Map.of("webOrigins", List.of("http://localhost:5173")));
      create(server, "by-root", Map.of("rootUrl", "http://localhost:3000"));
      create(server, "by-none", Map.of("webOrigins", List.of("+")));
      create(
          server,
          "by-two",
          Map.of("webOrigins", List.of("http://localhost:1", "http://localhost:2")));
      server.admin().put("", Map.of("attributes", Map.of(ATTRIBUTE, "")));

      server.restart();

      assertRedirectUri(server, "by-origin", "http://localhost:5173/callback");
      assertRedirectUri(server, "by-root", "http://localhost:3000/callback");
      assertRedirectUri(server, "by-none", "http://localhost/callback");
      assertRedirectUri(server, "by-two", "http://localhost/callback");
      assertThat(server.log())
          .contains("Client by-origin of realm expensicat has the ports back")
          .contains(
              "Client by-none of realm expensicat has a loopback redirect URI without a port");
      server
          .admin()
          .updateClient(
              "by-origin",
              client -> client.putArray("redirectUris").add("http://localhost/callback"));

      server.restart();

      assertRedirectUri(server, "by-origin", "http://localhost/callback");
    }
  }

  private static void create(ServerProcess server, String clientId, Map<String, ?> addresses) {
    server
        .admin()
        .createClient(
            Json.object("{'publicClient':true,'redirectUris':['http://localhost/callback']}")
                .put("clientId", clientId)
                .setAll(Json.object(Json.write(addresses))));
  }

  private static void assertRedirectUri(ServerProcess server, String clientId, String uri) {
    assertThat(server.admin().client(clientId).path("redirectUris"))
        .extracting(JsonNode::asText)
        .containsExactly(uri);
  }
}
