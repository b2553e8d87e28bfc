package com.expensicat.keycloak.it.server;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.ObservedMetrics;
import com.expensicat.keycloak.it.support.server.OnCluster;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a node tells Prometheus. */
@OnCluster
class MetricsIT {

  private final ServerProcess node = Cluster.shared().node(1);

  @Test
  void decisionsAndEndingsAreCountedByWhatTheyAre() {
    try (NewPerson person = NewPerson.join(node)) {
      double granted = value("expensicat_check_total{result=\"granted\"}");
      double tooNarrow = value("expensicat_check_total{result=\"insufficient_scope\"}");
      double refused = value("expensicat_check_total{result=\"invalid_token\"}");
      double noSession = value("expensicat_session_jwt_total{issuer=\"\",result=\"malformed\"}");
      double grants = value("expensicat_ending_total{of=\"grant\"}");
      double persons = value("expensicat_ending_total{of=\"person\"}");
      JsonNode tokens = tokens(person);
      String token = tokens.path("access_token").asText();

      Gateway.check(node, token, "transactions:read");
      Gateway.check(node, token, "transactions:write");
      Gateway.check(node, "garbage");
      DemoApp.revoke(node, Addresses.PACK, tokens.path("refresh_token").asText());
      node.admin().post(person.path() + "/logout", null);

      assertThat(value("expensicat_check_total{result=\"granted\"}")).isEqualTo(granted + 1);
      assertThat(value("expensicat_check_total{result=\"insufficient_scope\"}"))
          .isEqualTo(tooNarrow + 1);
      assertThat(value("expensicat_check_total{result=\"invalid_token\"}")).isEqualTo(refused + 1);
      assertThat(value("expensicat_session_jwt_total{issuer=\"\",result=\"malformed\"}"))
          .isEqualTo(noSession + 1);
      assertThat(value("expensicat_ending_total{of=\"grant\"}")).isEqualTo(grants + 1);
      assertThat(value("expensicat_ending_total{of=\"person\"}")).isEqualTo(persons + 1);
    }
  }

  /** Those of the proxy, and {@code up}, are not a node's. */
  @Test
  void whatAlarmsAndDashboardAskForIsThere() {
    try (NewPerson person = NewPerson.join(node)) {
      DemoApp.refresh(node, Addresses.PACK, tokens(person));
    }
    Gateway.check(node, "garbage");
    Set<String> asked =
        ObservedMetrics.names().stream()
            .filter(name -> !name.startsWith("haproxy_") && !name.equals("up"))
            .collect(toSet());

    assertThat(asked).contains("expensicat_check_total", "vendor_cluster_size");
    assertThat(
            node.management("/metrics")
                .body()
                .lines()
                .map(line -> line.replaceFirst("[{ ].*", ""))
                .collect(toSet()))
        .containsAll(asked);
  }

  private JsonNode tokens(NewPerson person) {
    return authorizeAt(Addresses.PACK, node)
        .as(person.person())
        .with("scope", "transactions:read")
        .tokens()
        .json();
  }

  /** What a counter stands at; 0 where it has not counted yet. */
  private double value(String counter) {
    return node.management("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(counter + " "))
        .map(line -> Double.parseDouble(line.substring(counter.length() + 1)))
        .findFirst()
        .orElse(0.0);
  }
}
