package com.expensicat.keycloak.it;

import static com.expensicat.keycloak.it.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The pack in a server that is started, stopped, and started again on the same data. */
class KeycloakServerIT {

  @Test
  void aRestartKeepsWhatAnAdminChangedAndTheRefreshTokensOfApplications() {
    try (ServerProcess server = KeycloakServer.start(ServerSettings.standard())) {
      AuthorizationFlow flow =
          authorizeAt(Addresses.PACK, server).scope(List.of("transactions:read"));
      String refreshToken = flow.tokens().json().path("refresh_token").asText();
      server
          .admin()
          .updateClient(AuthorizationFlow.DEMO_APP, client -> client.put("name", "Renamed"));

      server.restart();

      Answer refreshed =
          TokenClient.anonymous()
              .post(
                  Addresses.PACK.token(server),
                  Parameters.of(
                      "grant_type",
                      "refresh_token",
                      "client_id",
                      AuthorizationFlow.DEMO_APP,
                      "refresh_token",
                      refreshToken));
      assertThat(refreshed.status()).as(refreshed::summary).isEqualTo(200);
      assertThat(server.admin().client(AuthorizationFlow.DEMO_APP).path("name").asText())
          .isEqualTo("Renamed");
      assertThat(server.log()).doesNotContain(" ERROR ");
    }
  }

  @Test
  void theServerSaysWhyItDoesNotStartWithAnOptionThatItDoesNotKnow() {
    String output =
        ServerProcess.failToStart(ServerSettings.standard().withRuntimeOptions("--no-such-option"));

    assertThat(output).contains("no-such-option");
  }
}
