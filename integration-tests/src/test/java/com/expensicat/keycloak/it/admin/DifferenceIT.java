package com.expensicat.keycloak.it.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the running realm differs from the export: what is seen, and what is none of it. */
class DifferenceIT {

  private static final String DIFFERENCE = "/expensicat/difference";

  private final AdminApi admin = KeycloakServer.shared().admin();

  /** What differs before a test does anything: the demo overlay has left its marks. */
  private final List<JsonNode> before = differences();

  @Test
  void aChangedSettingOfTheRealmIsSeen() throws Throwable {
    admin.withRealmChange(
        realm -> {
          realm.put("accessTokenLifespan", 3600);
          realm.withObject("/browserSecurityHeaders").put("xFrameOptions", "DENY");
          realm.putArray("supportedLocales").add("de").add("en");
        },
        () ->
            assertThat(since())
                .containsExactly(
                    changed("/accessTokenLifespan", "300", "3600"),
                    changed("/browserSecurityHeaders/xFrameOptions", "'SAMEORIGIN'", "'DENY'"),
                    changed("/supportedLocales", "['de','en','es','fr']", "['de','en']")));
  }

  @Test
  void aMapperThatWasDeletedFromAScopeIsSeen() {
    JsonNode scope = admin.clientScope("analytics:read");
    String mappers = "/client-scopes/" + scope.path("id").asText() + "/protocol-mappers/models";
    JsonNode mapper = admin.get(mappers).path(0);
    admin.delete(mappers + "/" + mapper.path("id").asText());
    try {
      List<JsonNode> since = since();

      assertThat(since).hasSize(1);
      assertThat(since.get(0).path("path").asText())
          .isEqualTo("/clientScopes/analytics:read/protocolMappers/api audience");
      assertThat(since.get(0).path("kind").asText()).isEqualTo("MISSING");
      assertThat(since.get(0).path("actual").isNull()).isTrue();
      assertThat(since.get(0).at("/expected/config/included.custom.audience").asText())
          .isEqualTo("expensicat-api");
    } finally {
      admin.post(mappers, mapper);
    }
    assertThat(since()).isEmpty();
  }

  @Test
  void aPolicyThatIsSwitchedOffIsSeen() throws Throwable {
    admin.withChange(
        "/client-policies/policies",
        policies ->
            policies
                .path("policies")
                .forEach(
                    policy -> {
                      if (policy.path("name").asText().equals("expensicat-applications")) {
                        ((ObjectNode) policy).put("enabled", false);
                      }
                    }),
        () ->
            assertThat(since())
                .containsExactly(
                    changed(
                        "/clientPolicies/policies/expensicat-applications/enabled",
                        "true",
                        "false")));
  }

  @Test
  void aChangedAttributeAndAFurtherRedirectUriOfAClientAreSeen() throws Throwable {
    admin.withClientChange(
        "account-console",
        client -> {
          client.withObject("/attributes").put("post.logout.redirect.uris", "https://a.example");
          client.withArray("/redirectUris").add("https://a.example/callback");
        },
        () ->
            assertThat(since())
                .containsExactly(
                    changed(
                        "/clients/account-console/attributes/post.logout.redirect.uris",
                        "'+'",
                        "'https://a.example'"),
                    changed(
                        "/clients/account-console/redirectUris",
                        "['/realms/expensicat/account/*']",
                        Json.write(admin.client("account-console").path("redirectUris"))
                            .replace('"', '\''))));
  }

  @Test
  void aScopeThatIsTakenFromAClientIsSeen() {
    String scopes = admin.clientPath("expensicat-api") + "/optional-client-scopes/";
    String scope = admin.clientScope("team:admin").path("id").asText();
    admin.delete(scopes + scope);
    try {
      assertThat(since())
          .containsExactly(
              Json.object(
                  "{'path':'/clients/expensicat-api/optionalClientScopes/team:admin',"
                      + "'kind':'MISSING','expected':'team:admin','actual':null}"));
    } finally {
      admin.put(scopes + scope, Json.object("{}"));
    }
  }

  @Test
  void whatAnAdminHasAddedIsNoDifference() throws Throwable {
    String scope =
        admin.create(
            "/client-scopes", Json.object("{'name':'of-the-house','protocol':'openid-connect'}"));
    try {
      admin.put("/default-optional-client-scopes/" + scope, Json.object("{}"));
      admin.withClient(
          Json.object("{'clientId':'of-the-house','publicClient':true}"),
          () ->
              admin.withRealmChange(
                  realm -> {
                    realm.withArray("/eventsListeners").add("email");
                    realm.withObject("/attributes").put("of.the.house", "yes");
                  },
                  () ->
                      admin.withChange(
                          "/users/profile",
                          profile ->
                              profile
                                  .withArray("/attributes")
                                  .add(Json.object("{'name':'of-the-house'}")),
                          () -> assertThat(since()).isEmpty())));
    } finally {
      admin.delete("/client-scopes/" + scope);
    }
  }

  @Test
  void noSecretIsTold() {
    String told = admin.get(DIFFERENCE).toString();

    assertThat(told).doesNotContain("dev-secret", "\"secret\"", "password");
  }

  private static JsonNode changed(String path, String expected, String actual) {
    return Json.object(
        "{'path':'%s','kind':'CHANGED','expected':%s,'actual':%s}"
            .formatted(path, expected, actual));
  }

  private List<JsonNode> since() {
    List<JsonNode> now = differences();
    now.removeAll(before);
    return now;
  }

  private List<JsonNode> differences() {
    List<JsonNode> all = new ArrayList<>();
    admin.get(DIFFERENCE).forEach(all::add);
    return all;
  }
}
