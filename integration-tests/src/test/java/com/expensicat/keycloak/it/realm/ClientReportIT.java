package com.expensicat.keycloak.it.realm;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.RealmAdmin;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Cases;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which clients the rules meet, in the pack's realm and in one that it does not serve. */
class ClientReportIT {

  private static final String REPORT = "/expensicat/clients";
  private static final String ELSEWHERE = "lived-in";
  private static final KeycloakServer SERVER = KeycloakServer.shared();

  private final AdminApi admin = SERVER.admin();
  private final AdminApi elsewhere = admin.in(ELSEWHERE);

  @BeforeAll
  static void thereIsARealmOfOthers() {
    SERVER.admin().createRealm(Json.object("{'realm':'%s','enabled':true}".formatted(ELSEWHERE)));
  }

  @AfterAll
  static void thereIsNoneAnyMore() {
    SERVER.admin().in(ELSEWHERE).delete("");
  }

  static Stream<Arguments> rules() {
    return Cases.of("client-rules.csv");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void eachRuleFindsTheClientsThatItMeetsAndNoOthers(
      String name, String change, String attributes, String rules, String value) throws Throwable {
    ObjectNode client = client("case");
    client.setAll(Json.object(change.isEmpty() ? "{}" : change));
    client.withObject("/attributes").setAll(Json.object(attributes.isEmpty() ? "{}" : attributes));
    elsewhere.withClient(
        client,
        () -> {
          JsonNode report = elsewhere.get(REPORT);

          if (rules.isEmpty()) {
            assertThat(report).isEmpty();
          } else {
            assertThat(report).hasSize(1);
            assertThat(report.at("/0/clientId").asText()).isEqualTo("case");
            JsonNode findings = report.at("/0/findings");
            assertThat(Set.copyOf(findings.findValuesAsText("rule")))
                .isEqualTo(Set.of(rules.split(" ", -1)));
            assertThat(findings.findValuesAsText("text")).allMatch(text -> !text.isBlank());
            if (findings.size() == 1) {
              assertThat(findings.at("/0/value").asText()).isEqualTo(value);
            }
          }
        });
  }

  /** A client of which the pack has nothing to say. */
  private static ObjectNode client(String clientId) {
    return Json.object(
        ("{'clientId':'%s','publicClient':true,'redirectUris':['https://app.example/cb'],"
                + "'consentRequired':true,'implicitFlowEnabled':false,"
                + "'directAccessGrantsEnabled':false,'attributes':{"
                + "'pkce.code.challenge.method':'S256','access.token.header.type.rfc9068':'true'}}")
            .formatted(clientId));
  }

  @Test
  void whatIsChangedIsDoneInThePacksRealmAndWhatIsRefusedStays() throws Throwable {
    ObjectNode old =
        Json.object(
            "{'clientId':'old','publicClient':true,'redirectUris':['https://app.example/*'],"
                + "'attributes':{'oauth2.device.authorization.grant.enabled':'true'}}");
    elsewhere.withClient(
        old,
        () ->
            assertThat(rules(elsewhere, "old"))
                .containsExactlyInAnyOrder(
                    "REDIRECT_WILDCARD", "NO_REDIRECT", "DEVICE", "PKCE", "CONSENT", "TOKEN_FORM"));
    admin.withClient(
        old,
        () -> {
          assertThat(rules(admin, "old"))
              .containsExactlyInAnyOrder("REDIRECT_WILDCARD", "NO_REDIRECT", "DEVICE");
          assertThat(admin.client("old").path("redirectUris"))
              .containsExactly(Json.tree("https://app.example/*"));
        });
  }

  @Test
  void theReportComesInPages() throws Throwable {
    ObjectNode one = client("one").put("directAccessGrantsEnabled", true);
    ObjectNode two = client("two").put("directAccessGrantsEnabled", true);
    elsewhere.withClient(
        two,
        () ->
            elsewhere.withClient(
                one,
                () -> {
                  assertThat(clientIds(elsewhere, "")).containsExactly("one", "two");
                  assertThat(clientIds(elsewhere, "?max=1")).containsExactly("one");
                  assertThat(clientIds(elsewhere, "?first=1")).containsExactly("two");
                  assertThat(clientIds(elsewhere, "?first=-1&max=-1")).isEmpty();
                  assertThat(elsewhere.send("GET", REPORT, null).header("Cache-Control"))
                      .contains("no-store");
                }));
  }

  @Test
  void anotherRealmsReportTakesTheRoleOfThatRealm() {
    try (RealmAdmin someone = RealmAdmin.with("view-clients", "manage-realm")) {
      Answer answer = someone.api().in(ELSEWHERE).send("GET", REPORT, null);

      assertThat(answer.status()).as(answer::summary).isEqualTo(403);
    }
  }

  @Test
  void anAdminWhoSavesSuchAClientFindsItInTheLog() throws Throwable {
    String clientId = "saved-" + UUID.randomUUID();
    admin.withClient(
        client(clientId),
        () -> {
          assertThat(linesOf(clientId)).isEmpty();

          admin.updateClient(
              clientId,
              client -> {
                client.put("consentRequired", false);
                client.putArray("redirectUris").add("https://app.example/*");
                client
                    .withObject("/attributes")
                    .put("oauth2.device.authorization.grant.enabled", "true");
              });

          assertThat(linesOf(clientId))
              .containsOnly(
                  "Client %s of realm expensicat: REFUSED REDIRECT_WILDCARD https://app.example/*, NO_REDIRECT, DEVICE; CHANGED CONSENT"
                      .formatted(clientId));
        });
  }

  private static Set<String> linesOf(String clientId) {
    assumeThat(SERVER).isInstanceOf(ServerProcess.class);
    return SERVER
        .log()
        .lines()
        .filter(line -> line.contains("Client " + clientId + " "))
        .map(line -> line.substring(line.indexOf("Client ")))
        .collect(toSet());
  }

  private static List<String> rules(AdminApi realm, String clientId) {
    return StreamSupport.stream(realm.get(REPORT).spliterator(), false)
        .filter(client -> client.path("clientId").asText().equals(clientId))
        .flatMap(client -> client.path("findings").findValuesAsText("rule").stream())
        .toList();
  }

  private static List<String> clientIds(AdminApi realm, String page) {
    return realm.get(REPORT + page).findValuesAsText("clientId");
  }
}
