package com.expensicat.keycloak.it.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** What the tests rely on when they change the shared server for a while. */
class AdminApiIT {

  private final AdminApi admin = KeycloakServer.shared().admin();

  @Test
  void aClientMadeForATestIsGoneAfterIt() throws Throwable {
    admin.withClient(
        Json.object("{'clientId':'for-a-while','publicClient':true}"),
        () -> assertThat(admin.findClient("for-a-while")).isPresent());

    assertThat(admin.findClient("for-a-while")).isEmpty();
  }

  @Test
  void aChangeOfAClientForATestIsUndoneWithItsAttributes() throws Throwable {
    JsonNode before = admin.client(AuthorizationFlow.DEMO_APP);

    admin.withClientChange(
        AuthorizationFlow.DEMO_APP,
        client -> client.put("enabled", false).withObject("/attributes").put("for.a.while", "yes"),
        () ->
            assertThat(
                    admin.client(AuthorizationFlow.DEMO_APP).at("/attributes/for.a.while").asText())
                .isEqualTo("yes"));

    assertThat(admin.client(AuthorizationFlow.DEMO_APP)).isEqualTo(before);
  }

  @Test
  void aChangeOfTheRealmForATestIsUndone() throws Throwable {
    int before = admin.get("").path("accessTokenLifespan").asInt();

    admin.withRealmChange(
        realm -> {
          realm.put("accessTokenLifespan", before + 1);
          realm.withObject("/attributes").put("for.a.while", "yes");
        },
        () -> assertThat(admin.get("").path("accessTokenLifespan").asInt()).isEqualTo(before + 1));

    assertThat(admin.get("").path("accessTokenLifespan").asInt()).isEqualTo(before);
    assertThat(admin.get("").path("attributes").has("for.a.while")).isFalse();
  }

  @Test
  void thePartialExportHoldsTheClients() {
    assertThat(admin.partialExport().path("clients").findValuesAsText("clientId"))
        .contains(AuthorizationFlow.DEMO_APP);
  }
}
