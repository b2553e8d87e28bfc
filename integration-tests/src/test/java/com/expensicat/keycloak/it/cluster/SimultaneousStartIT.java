package com.expensicat.keycloak.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.http.AtOnce;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.server.Database;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.OwnServers;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several servers on one database that start at the same instant. */
@Tag("cluster")
@OwnServers
class SimultaneousStartIT {

  @Test
  void threeServersThatMendTheSameDriftAtOnceLeaveOneOfEach() {
    ServerSettings settings = ServerSettings.standard().on(Database.createShared());
    try (ServerProcess first = KeycloakServer.start(settings)) {
      for (String scope : ScopeTable.SCOPES) {
        first
            .admin()
            .delete("/client-scopes/" + first.admin().clientScope(scope).get("id").asText());
      }
    }

    List<ServerProcess> servers =
        AtOnce.run(3, () -> KeycloakServer.start(settings.withoutRealm()));
    try {
      assertThat(servers).noneMatch(server -> server.log().contains(" ERROR "));
      assertThat(servers)
          .anyMatch(server -> server.log().contains("team:admin of realm expensicat mended"));
      assertOneOfEach(servers.get(0).admin());
    } finally {
      servers.forEach(ServerProcess::close);
    }
  }

  private static void assertOneOfEach(AdminApi admin) {
    JsonNode scopes = admin.get("/client-scopes");
    assertThat(scopes)
        .extracting(scope -> scope.path("name").asText())
        .containsAll(ScopeTable.SCOPES)
        .doesNotHaveDuplicates();
    for (String scope : ScopeTable.SCOPES) {
      assertThat(admin.clientScope(scope).path("protocolMappers")).as(scope).hasSize(1);
    }
    assertThat(admin.client(AuthorizationFlow.DEMO_APP).path("optionalClientScopes"))
        .extracting(JsonNode::asText)
        .containsAll(ScopeTable.SCOPES);
  }
}
