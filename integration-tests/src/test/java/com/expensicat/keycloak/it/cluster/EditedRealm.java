package com.expensicat.keycloak.it.cluster;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.DEMO_APP;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A realm in which an admin has decided this and that. */
final class EditedRealm {

  private static final String POLICIES = "/client-policies/policies";

  private final Map<String, JsonNode> written = new TreeMap<>();

  /**
   * Makes the decisions.
   *
   * @param issuer is trusted from then on
   */
  EditedRealm(KeycloakServer server, TestIssuer issuer) {
    AdminApi admin = server.admin();
    admin.update(
        "",
        realm -> {
          realm.put("displayName", "Our house").put("accessTokenLifespan", 1800);
          realm.put("ssoSessionIdleTimeout", 3600);
          realm.withObject("/attributes").put("expensicat.errors-per-day", "77");
        });
    String client =
        admin.createClient(
            Json.object(
                "{'clientId':'ours','name':'Ours','publicClient':true,"
                    + "'redirectUris':['http://127.0.0.1/cb','https://ours.example/cb'],"
                    + "'attributes':{'expensicat.first-party':'true'}}"));
    String scope = "/client-scopes/" + admin.clientScope("transactions:read").get("id").asText();
    admin.update(
        scope,
        text -> {
          text.put("description", "Our words");
          text.withObject("/attributes").put("consent.screen.text", "Read what was booked");
        });
    String taken = admin.clientScope("team:admin").get("id").asText();
    admin.delete(admin.clientPath(DEMO_APP) + "/optional-client-scopes/" + taken);
    admin.update(
        POLICIES,
        policies ->
            policies
                .path("policies")
                .forEach(policy -> ((ObjectNode) policy).put("enabled", false)));
    issuer.trust(server, "ours", Map.of("scopes", "transactions:read", "clockSkew", "7"));
    Stream.of(
            "",
            "/clients/" + client,
            admin.clientPath(DEMO_APP),
            scope,
            POLICIES,
            "/client-policies/profiles",
            issuer.path(),
            "/users/profile")
        .forEach(path -> written.put(path, read(admin, path)));
  }

  /** All is as it was decided, whichever of these nodes is asked. */
  void assertIsAsWrittenAt(List<? extends KeycloakServer> nodes) {
    for (KeycloakServer node : nodes) {
      written.forEach(
          (path, value) -> assertThat(read(node.admin(), path)).as(path).isEqualTo(value));
    }
  }

  /** Scopes and addresses are sets, which each node lists in an order of its own. */
  private static JsonNode read(AdminApi admin, String path) {
    JsonNode answer = admin.get(path);
    for (JsonNode member : answer) {
      if (member instanceof ArrayNode set) {
        List<JsonNode> sorted = new ArrayList<>();
        set.forEach(sorted::add);
        sorted.sort(Comparator.comparing(JsonNode::toString));
        set.removeAll().addAll(sorted);
      }
    }
    return answer;
  }
}
