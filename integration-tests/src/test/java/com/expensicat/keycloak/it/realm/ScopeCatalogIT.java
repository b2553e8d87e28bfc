package com.expensicat.keycloak.it.realm;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.OwnServers;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.text.ParseException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The catalog stays true in the realm, over restarts and whatever happens in between. */
@Tag("slow")
@OwnServers
class ScopeCatalogIT {

  private static final String APP = AuthorizationFlow.DEMO_APP;

  @Test
  void whatDriftedIsBackAfterARestartAndWhatAnAdminDecidedStays() {
    try (ServerProcess server = KeycloakServer.start(ServerSettings.standard())) {
      AdminApi admin = server.admin();
      JsonNode before = admin.clientScope("banking:read");
      take(admin, APP, "team:admin");
      makeDefault(admin, APP, "analytics:read");
      admin.delete("/client-scopes/" + id(admin, "team:admin"));
      admin.delete("/client-scopes/" + id(admin, "analytics:read"));
      admin.delete("/client-scopes/" + id(admin, "banking:read"));
      String renamed = id(admin, "invoices:read");
      rename(admin, renamed);
      loseMappers(admin, "invoices:write");
      String texts = id(admin, "team:read");
      changeTexts(admin, texts);
      admin.post("/client-scopes", Json.object("{'name':'theirs','protocol':'openid-connect'}"));
      JsonNode theirs = admin.clientScope("theirs");

      server.restart();

      JsonNode after = admin.clientScope("banking:read");
      assertThat(withoutIds(after)).isEqualTo(withoutIds(before));
      assertThat(id(admin, "invoices:read")).isEqualTo(renamed);
      assertThat(admin.clientScope("invoices:read").path("protocol").asText())
          .isEqualTo("openid-connect");
      assertThat(admin.clientScope("invoices:write").path("protocolMappers")).hasSize(1);
      JsonNode edited = admin.clientScope("team:read");
      assertThat(edited.path("description").asText()).isEqualTo("See who is in the team");
      assertThat(edited.at("/attributes/consent.screen.text").asText()).isEqualTo("See your team");
      assertThat(edited.at("/attributes/include.in.token.scope").asText()).isEqualTo("true");
      assertThat(admin.clientScope("theirs")).isEqualTo(theirs);
      assertThat(optional(admin, APP))
          .contains("banking:read", "invoices:read")
          .doesNotContain("team:admin", "analytics:read", "theirs");
      assertThat(Json.texts(admin.client(APP).path("defaultClientScopes")))
          .contains("analytics:read");
      assertThat(optional(admin, "expensicat-web"))
          .contains("team:admin", "analytics:read", "banking:read");
      for (String drift :
          List.of("banking:read", "invoices:read", "invoices:write", "team:read", "team:admin")) {
        assertThat(mendedSince(server.log())).contains("Scope " + drift + " of realm expensicat");
      }
      assertBuiltInClientsHaveNone(admin);
      assertNewClientsHaveAll(admin);
      assertThat(
              authorizeAt(Addresses.PACK, server)
                  .with("scope", "banking:read invoices:read")
                  .tokens()
                  .json()
                  .path("scope")
                  .asText()
                  .split(" "))
          .contains("banking:read", "invoices:read");

      server.restart();

      assertThat(mendedSince(server.log())).doesNotContain("mended");
    }
  }

  private static void rename(AdminApi admin, String id) {
    ObjectNode scope = (ObjectNode) admin.get("/client-scopes/" + id);
    scope
        .put("name", "renamed")
        .withObject("/attributes")
        .put("display.on.consent.screen", "false");
    admin.put("/client-scopes/" + id, scope);
  }

  private static void loseMappers(AdminApi admin, String name) {
    JsonNode scope = admin.clientScope(name);
    for (JsonNode mapper : scope.path("protocolMappers")) {
      admin.delete(
          "/client-scopes/"
              + scope.get("id").asText()
              + "/protocol-mappers/models/"
              + mapper.get("id").asText());
    }
  }

  private static void changeTexts(AdminApi admin, String id) {
    ObjectNode scope = (ObjectNode) admin.get("/client-scopes/" + id);
    scope
        .put("description", "See who is in the team")
        .withObject("/attributes")
        .put("consent.screen.text", "See your team")
        .put("include.in.token.scope", "false");
    admin.put("/client-scopes/" + id, scope);
  }

  private static void take(AdminApi admin, String clientId, String scope) {
    admin.delete(admin.clientPath(clientId) + "/optional-client-scopes/" + id(admin, scope));
  }

  private static void makeDefault(AdminApi admin, String clientId, String scope) {
    take(admin, clientId, scope);
    admin.put(admin.clientPath(clientId) + "/default-client-scopes/" + id(admin, scope), null);
  }

  private static void assertBuiltInClientsHaveNone(AdminApi admin) {
    for (JsonNode client : admin.get("/clients")) {
      String clientId = client.path("clientId").asText();
      if (!clientId.startsWith("expensicat-")) {
        assertThat(optional(admin, clientId))
            .as(clientId)
            .doesNotContainAnyElementsOf(ScopeTable.SCOPES);
      }
    }
  }

  private static void assertNewClientsHaveAll(AdminApi admin) {
    admin.createClient(Json.object("{'clientId':'tomorrow','publicClient':true}"));
    assertThat(optional(admin, "tomorrow")).containsAll(ScopeTable.SCOPES);
  }

  @Test
  void aFileExtendsTheCatalogAndSaysWhichResourceAScopeOpens() throws ParseException {
    ServerSettings settings =
        ServerSettings.standard()
            .withConfFile(
                "more.tsv",
                """
                scope\tdescription\tresource
                payroll:read\tRead payroll\tpayroll-api
                team:read\tSee it
                """)
            .withRuntimeOptions("--spi-scope-catalog--default--mode=extend");
    try (ServerProcess server =
        KeycloakServer.start(
            settings.withRuntimeOptions("--spi-scope-catalog--default--file=conf/more.tsv"))) {
      JsonNode scopes =
          TokenClient.anonymous().get(URI.create(server.packUrl() + "/scopes")).json();

      assertThat(scopes.path("scopes")).hasSize(14);
      assertThat(optional(server.admin(), APP)).contains("payroll:read", "transactions:read");
      assertThat(server.admin().clientScope("team:read").path("description").asText())
          .isEqualTo("See it");
      JsonNode tokens =
          authorizeAt(Addresses.PACK, server).with("scope", "payroll:read").tokens().json();
      assertThat(tokens.path("scope").asText()).isEqualTo("payroll:read");
      assertThat(Jwt.claims(tokens.path("access_token").asText()).path("aud").asText())
          .isEqualTo("payroll-api");
    }
  }

  @Test
  void aBadFileStopsTheStartAndIsNamedWithItsLine() {
    String output =
        ServerProcess.failToStart(
            ServerSettings.standard()
                .withConfFile("bad.tsv", "scope\tdescription\na:read\tRead a\nbad scope\tRead b\n")
                .withRuntimeOptions("--spi-scope-catalog--default--file=conf/bad.tsv"));

    assertThat(output).contains("bad.tsv, line 3", "not a scope-token");
  }

  private static String id(AdminApi admin, String scope) {
    return admin.clientScope(scope).get("id").asText();
  }

  private static List<String> optional(AdminApi admin, String clientId) {
    return Json.texts(admin.client(clientId).path("optionalClientScopes"));
  }

  /** What was logged since the server began to start for the last time. */
  private static String mendedSince(String log) {
    int start = log.lastIndexOf("Bootstrap completed");
    int before = log.lastIndexOf("Bootstrap completed", start - 1);
    return log.substring(Math.max(before, 0), start);
  }

  private static JsonNode withoutIds(JsonNode scope) {
    ObjectNode copy = scope.deepCopy();
    copy.remove("id");
    copy.path("protocolMappers").forEach(mapper -> ((ObjectNode) mapper).remove("id"));
    return copy;
  }
}
