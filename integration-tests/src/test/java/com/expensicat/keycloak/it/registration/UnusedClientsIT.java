package com.expensicat.keycloak.it.registration;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.OwnServers;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Registered clients that nobody uses go away by themselves. */
@Tag("slow")
@OwnServers
class UnusedClientsIT {

  private static final ServerSettings SETTINGS =
      ServerSettings.standard().withRuntimeOptions("--spi-scheduled--interval=1");

  @Test
  void aScheduledTaskRemovesThem() {
    try (ServerProcess server = KeycloakServer.start(SETTINGS)) {
      create(server, "an-admins", "admin", "2020-01-01");
      create(server, "from-an-early-build", "token-holder", "");
      await(() -> lastUse(server, "from-an-early-build").startsWith("20"));

      create(server, "unused", "token-holder", "2020-01-01");
      await(() -> server.admin().findClient("unused").isEmpty());

      assertThat(lastUse(server, "from-an-early-build")).startsWith("20");
      assertThat(server.admin().findClient("unused")).isEmpty();
      assertThat(server.admin().findClient("an-admins")).isPresent();
      assertThat(server.log()).contains("1 unused clients of realm expensicat removed.");
    }
  }

  private static String lastUse(ServerProcess server, String clientId) {
    return server.admin().client(clientId).at("/attributes/expensicat.last-used").asText();
  }

  /** Waits for a run of the task, thirty seconds at most; what it did is asserted afterwards. */
  private static void await(BooleanSupplier done) {
    for (int i = 0; i < 60 && !done.getAsBoolean(); i++) {
      LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
    }
  }

  private static void create(
      ServerProcess server, String clientId, String registeredBy, String lastUsed) {
    server
        .admin()
        .createClient(
            Json.tree(
                Map.of(
                    "clientId",
                    clientId,
                    "attributes",
                    Map.of(
                        "expensicat.registered-by", registeredBy,
                        "expensicat.last-used", lastUsed))));
  }
}
