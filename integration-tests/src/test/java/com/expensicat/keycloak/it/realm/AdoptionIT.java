package com.expensicat.keycloak.it.realm;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Cases;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.server.Database;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.OwnServers;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Realms in which people have lived without the pack: one of an old export, one that Terraform made
 * and one that keycloak-config-cli made. What is refused is told before, what they wrote stays, and
 * once the jar is out again nothing is wider than it was.
 */
@Tag("slow")
@OwnServers
class AdoptionIT {

  /** That redirect URIs are as they were written, which no early build of the pack has changed. */
  private static final String OUR_MARK = "expensicat.redirect-uris";

  private static final List<LivedInRealm> REALMS =
      List.of(LivedInRealm.TERRAFORMED, LivedInRealm.FROM_22, LivedInRealm.CONFIGURED);

  private final ServerSettings settings =
      ServerSettings.standard().withoutRealm().on(Database.createShared());

  /** What there was of a realm before the pack came. */
  private record Before(
      JsonNode realm,
      Map<String, JsonNode> applications,
      Map<String, String> answers,
      List<String> scopes) {}

  private final Map<LivedInRealm, Before> before = new HashMap<>();

  @Test
  void whatIsRefusedIsToldBeforeAndNothingIsWiderOnceThePackIsGone() {
    try (ServerProcess stock = KeycloakServer.start(settings.withoutPack())) {
      REALMS.forEach(realm -> make(realm, stock));
    }
    List<LivedInRealm> left = new ArrayList<>(REALMS);
    for (LivedInRealm realm : REALMS) {
      left.remove(realm);
      try (ServerProcess server =
          KeycloakServer.start(
              settings.withRuntimeOptions("--spi-expensicat--realm--name=" + realm.name()))) {
        left.forEach(other -> assertReported(other, server, 2));
        assertLoggedBeforeAnythingChanged(realm, server.log());
        assertReported(realm, server, 3);
        assertEveryApplicationHasEachScope(realm, server);
        assertWhatPeopleWroteStays(realm, server);
        assertNothingIsWider(realm, server);
        assertRefused(realm, server);
        assertThat(realm.signIn(server, "openid transactions:read"))
            .contains("openid", "transactions:read");
        assertADecisionMadeSinceIsKept(realm, server);
      }
    }
    try (ServerProcess stock = KeycloakServer.start(settings.withoutPack())) {
      for (LivedInRealm realm : REALMS) {
        assertWhatPeopleWroteStays(realm, stock);
        assertNothingIsWider(realm, stock);
        assertThat(realm.signIn(stock, "openid"))
            .contains("openid")
            .isSubsetOf(before.get(realm).scopes());
      }
    }
  }

  private void make(LivedInRealm realm, KeycloakServer server) {
    realm.make(server);
    before.put(
        realm,
        new Before(
            realm.at(server).get(""),
            realm.applications(server),
            realm.answers(server),
            realm.signIn(server, "openid")));
  }

  /** The rows of the table of findings for one realm. */
  private static List<Object[]> rows(LivedInRealm realm) {
    return Cases.of("adoption/findings.csv")
        .map(arguments -> arguments.get())
        .filter(row -> row[0].equals(realm.name()))
        .toList();
  }

  private static List<String> words(Object text) {
    return ((String) text).isEmpty() ? List.of() : List.of(((String) text).split(" ", -1));
  }

  private static void assertReported(LivedInRealm realm, KeycloakServer server, int column) {
    for (Object[] row : rows(realm)) {
      assertThat(realm.findings(server, (String) row[1]).orElse(List.of()))
          .as(realm.name() + " " + row[1])
          .containsExactlyInAnyOrderElementsOf(words(row[column]));
    }
  }

  private static void assertLoggedBeforeAnythingChanged(LivedInRealm realm, String log) {
    int firstChange = log.indexOf(" of realm " + realm.name() + " mended");
    assertThat(firstChange).isPositive();
    for (Object[] row : rows(realm)) {
      String line = "Client %s of realm %s: ".formatted(row[1], realm.name());
      assertThat(log.substring(0, firstChange)).containsOnlyOnce(line);
      String told = log.substring(log.indexOf(line)).lines().findFirst().orElseThrow();
      assertThat(told).contains(words(row[2]));
    }
  }

  private void assertEveryApplicationHasEachScope(LivedInRealm realm, KeycloakServer server) {
    realm
        .applications(server)
        .forEach(
            (id, client) -> {
              List<String> optional = Json.texts(client.path("optionalClientScopes"));
              List<String> byDefault = Json.texts(client.path("defaultClientScopes"));
              boolean chosen = id.equals("nightly");
              assertThat(byDefault.contains("transactions:read")).as(id).isEqualTo(chosen);
              assertThat(optional).as(id).containsAll(without(chosen));
              JsonNode had = before.get(realm).applications().get(id);
              assertThat(byDefault)
                  .as(id)
                  .isSubsetOf(Json.texts(had.path("defaultClientScopes")))
                  .doesNotContain("transactions:write");
            });
    AdminApi admin = realm.at(server);
    assertThat(admin.get("/expensicat/scopes").findValuesAsText("state"))
        .hasSize(ScopeTable.SCOPES.size())
        .containsOnly("IN_STEP");
    assertThat(admin.post("/expensicat/scopes/mend", null)).isEmpty();
  }

  private static List<String> without(boolean chosen) {
    return ScopeTable.SCOPES.stream()
        .filter(scope -> !chosen || !scope.equals("transactions:read"))
        .toList();
  }

  private void assertWhatPeopleWroteStays(LivedInRealm realm, KeycloakServer server) {
    Before was = before.get(realm);
    ObjectNode now = (ObjectNode) realm.at(server).get("");
    now.withObject("/attributes").remove(OUR_MARK);
    assertThat(now).isEqualTo(was.realm());
    Map<String, JsonNode> are = realm.applications(server);
    assertThat(are.keySet()).isEqualTo(was.applications().keySet());
    are.forEach(
        (id, client) ->
            assertThat(LivedInRealm.written(client))
                .as(realm.name() + " " + id)
                .isEqualTo(LivedInRealm.written(was.applications().get(id))));
  }

  /** But for what may be asked for: an application has the scopes of the catalog from now on. */
  private void assertNothingIsWider(LivedInRealm realm, KeycloakServer server) {
    Map<String, String> were = before.get(realm).answers();
    realm
        .answers(server)
        .forEach(
            (attempt, answer) -> {
              if (LivedInRealm.gives(answer) && !attempt.contains("transactions")) {
                assertThat(were.get(attempt)).as(attempt).matches(LivedInRealm::gives);
                assertThat(answer.split(" +", 0))
                    .as(attempt)
                    .isSubsetOf(were.get(attempt).split(" +", 0));
              }
            });
  }

  private static void assertRefused(LivedInRealm realm, KeycloakServer server) {
    Map<String, String> answers = realm.answers(server);
    assertThat(answers)
        .allSatisfy(
            (attempt, answer) -> {
              if (attempt.matches(".* at .*any.*|.* password")) {
                assertThat(LivedInRealm.gives(answer)).as(attempt + ": " + answer).isFalse();
              }
            });
    assertThat(answers.values()).anyMatch(LivedInRealm::gives);
  }

  private static void assertADecisionMadeSinceIsKept(LivedInRealm realm, KeycloakServer server) {
    AdminApi admin = realm.at(server);
    String scope = admin.clientScope("transactions:read").get("id").asText();
    admin.delete(admin.clientPath(realm.application()) + "/optional-client-scopes/" + scope);

    assertThat(admin.post("/expensicat/scopes/mend", null)).isEmpty();

    assertThat(Json.texts(admin.client(realm.application()).path("optionalClientScopes")))
        .doesNotContain("transactions:read")
        .contains("transactions:write");
    assertThat(admin.client(realm.application()).at("/attributes/expensicat.scopes.withheld"))
        .hasToString("\"transactions:read\"");
    admin.put(admin.clientPath(realm.application()) + "/optional-client-scopes/" + scope, null);
  }
}
