package com.expensicat.keycloak.it.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.Drift;
import com.expensicat.keycloak.it.support.admin.RealmAdmin;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.UserAgent;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pack's part of admin REST: who may see and do what, and what becomes of it. */
class AdminResourceIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final String ROOT = "/expensicat";
  private static final String FLOOR = ROOT + "/floor";
  private static final String ON_SERVER = ROOT + "/server";
  private static final String SCOPES = ROOT + "/scopes";
  private static final String CLIENTS = SCOPES + "/clients?scope=banking:read";
  private static final String REPORT = ROOT + "/clients";
  private static final String MEND = SCOPES + "/mend";
  private static final String REALM = ROOT + "/realm";
  private static final String MEND_REALM = REALM + "/mend";
  private static final String ISSUERS = ROOT + "/issuers";
  private static final String DIFFERENCE = ROOT + "/difference";
  private static final String RESOURCES = ROOT + "/resources";
  private static final String NO_RESOURCE = RESOURCES + "/nothing";
  private static final String RELOAD = ISSUERS + "/nobody/reload-keys";
  private static final String SCOPE = "analytics:read";

  private final AdminApi admin = SERVER.admin();

  @ParameterizedTest
  @CsvSource({
    "GET, " + ROOT,
    "GET, " + FLOOR,
    "GET, " + ON_SERVER,
    "GET, " + REALM,
    "POST, " + MEND_REALM,
    "GET, " + DIFFERENCE,
    "GET, " + RESOURCES,
    "DELETE, " + NO_RESOURCE,
    "GET, " + SCOPES,
    "GET, " + CLIENTS,
    "POST, " + MEND,
    "GET, " + REPORT,
    "GET, " + ISSUERS,
    "POST, " + RELOAD
  })
  void withoutATokenNothingIsAnswered(String method, String path) {
    Answer answer =
        UserAgent.send(
            HttpRequest.newBuilder(URI.create(SERVER.baseUrl() + "/admin/realms/expensicat" + path))
                .method(method, BodyPublishers.noBody()));

    assertThat(answer.status()).as(answer::summary).isEqualTo(401);
    assertThat(answer.json().path("error").asText()).isNotBlank();
  }

  /** The last column is 404 where the admin may reload, because there is no such issuer. */
  @ParameterizedTest
  @CsvSource({
    "view-realm,                200, 403, 403, 403, 403, 403, 403, 403",
    "manage-realm,              200, 200, 403, 403, 403, 403, 403, 403",
    "view-clients,              403, 403, 200, 200, 200, 403, 403, 403",
    "manage-clients,            403, 403, 200, 200, 200, 200, 403, 403",
    "view-identity-providers,   403, 403, 403, 403, 403, 403, 200, 403",
    "manage-identity-providers, 403, 403, 403, 403, 403, 403, 200, 404",
    "view-users,                403, 403, 403, 403, 403, 403, 403, 403"
  })
  void eachPartTakesTheRoleThatKeycloakAsksForTheLikeOfIt(
      String role,
      int realm,
      int mendRealm,
      int scopes,
      int clients,
      int report,
      int mend,
      int issuers,
      int reload) {
    try (RealmAdmin someone = RealmAdmin.with(role)) {
      AdminApi api = someone.api();

      assertThat(status(api, "GET", FLOOR)).as(FLOOR).isEqualTo(realm);
      assertThat(status(api, "GET", ON_SERVER)).as(ON_SERVER).isEqualTo(realm);
      assertThat(status(api, "GET", REALM)).as(REALM).isEqualTo(realm);
      assertThat(status(api, "POST", MEND_REALM)).as(MEND_REALM).isEqualTo(mendRealm);
      assertThat(status(api, "GET", DIFFERENCE)).as(DIFFERENCE).isEqualTo(403);
      assertThat(status(api, "GET", RESOURCES)).as(RESOURCES).isEqualTo(realm);
      assertThat(status(api, "DELETE", NO_RESOURCE))
          .as(NO_RESOURCE)
          .isEqualTo(mendRealm == 200 ? 404 : 403);
      assertThat(api.send("PUT", NO_RESOURCE, Json.object("{'scopes':['openid']}")).status())
          .as(NO_RESOURCE)
          .isEqualTo(mendRealm == 200 ? 400 : 403);
      assertThat(status(api, "GET", SCOPES)).as(SCOPES).isEqualTo(scopes);
      assertThat(status(api, "GET", CLIENTS)).as(CLIENTS).isEqualTo(clients);
      assertThat(status(api, "GET", REPORT)).as(REPORT).isEqualTo(report);
      assertThat(status(api, "POST", MEND)).as(MEND).isEqualTo(mend);
      assertThat(status(api, "GET", ISSUERS)).as(ISSUERS).isEqualTo(issuers);
      assertThat(status(api, "POST", RELOAD)).as(RELOAD).isEqualTo(reload);
      JsonNode may = api.get(ROOT).path("may");
      assertThat(may.path("viewFloor").asBoolean()).isEqualTo(realm == 200);
      assertThat(may.path("mendRealm").asBoolean()).isEqualTo(mendRealm == 200);
      assertThat(may.path("viewScopes").asBoolean()).isEqualTo(scopes == 200);
      assertThat(may.path("viewClients").asBoolean()).isEqualTo(report == 200);
      assertThat(may.path("mendScopes").asBoolean()).isEqualTo(mend == 200);
      assertThat(may.path("viewIssuers").asBoolean()).isEqualTo(issuers == 200);
      assertThat(may.path("reloadKeys").asBoolean()).isEqualTo(reload == 404);
      assertThat(may.path("viewUsers").asBoolean()).isEqualTo(role.equals("view-users"));
      assertThat(may.path("viewDifference").asBoolean()).isFalse();
      assertThat(may.path("manageUsers").asBoolean()).isFalse();
    }
  }

  @Test
  void theDifferenceIsForWhoMayViewAllThatIsCompared() {
    try (RealmAdmin someone =
        RealmAdmin.with("view-realm", "view-clients", "view-identity-providers")) {
      assertThat(status(someone.api(), "GET", DIFFERENCE)).isEqualTo(200);
      assertThat(someone.api().get(ROOT).at("/may/viewDifference").asBoolean()).isTrue();
    }
    try (RealmAdmin someone = RealmAdmin.with("view-realm", "view-identity-providers")) {
      assertThat(status(someone.api(), "GET", DIFFERENCE)).isEqualTo(403);
    }
  }

  @Test
  void whoIsNoAdminOfTheRealmSeesNothing() {
    try (RealmAdmin nobody = RealmAdmin.with()) {
      Answer answer = nobody.api().send("GET", ROOT, null);

      assertThat(answer.status()).as(answer::summary).isEqualTo(403);
      assertThat(answer.json().path("error").asText()).isNotBlank();
    }
  }

  @Test
  void inARealmThatThePackDoesNotServeThereIsNothingButTheReport() {
    for (String path : List.of(ROOT, FLOOR, ON_SERVER, REALM, DIFFERENCE, SCOPES, ISSUERS)) {
      assertThat(status(admin.in("master"), "GET", path)).as(path).isEqualTo(404);
    }
    assertThat(status(admin.in("master"), "GET", REPORT)).isEqualTo(200);
  }

  @Test
  void noAnswerIsStored() {
    assertThat(admin.send("GET", SCOPES, null).header("Cache-Control")).contains("no-store");
  }

  @Test
  void allProvidersOfThePackAreInEffect() {
    assertThat(admin.get(ON_SERVER))
        .isEqualTo(Json.object("{'notInEffect':[],'builtForThisKeycloak':true}"));
  }

  @Test
  void theFloorIsEnforcedInThePacksRealm() {
    assertThat(admin.get(FLOOR))
        .isEqualTo(Json.object("{'enforced':true,'realms':['expensicat']}"));
  }

  @Test
  void theCatalogIsShownInItsOrderPageByPage() {
    assertThat(names(admin.get(SCOPES))).containsExactlyElementsOf(ScopeTable.SCOPES);
    assertThat(names(admin.get(SCOPES + "?max=2")))
        .containsExactlyElementsOf(ScopeTable.SCOPES.subList(0, 2));
    assertThat(names(admin.get(SCOPES + "?first=11&max=1000")))
        .containsExactlyElementsOf(ScopeTable.SCOPES.subList(11, 13));
    assertThat(names(admin.get(SCOPES + "?first=-5&max=1")))
        .containsExactlyElementsOf(ScopeTable.SCOPES.subList(0, 1));
    assertThat(names(admin.get(SCOPES + "?max=-1"))).isEmpty();
    assertThat(status(admin, "GET", SCOPES + "?first=x")).isEqualTo(404);
    assertThat(admin.get(CLIENTS + "&first=1&max=1")).hasSize(1);
  }

  @Test
  @Tag("slow")
  void aLongListIsCutWhateverIsAskedFor() {
    List<String> made = new ArrayList<>();
    try {
      for (int i = 0; i < 101; i++) {
        made.add(
            admin.createClient(
                Json.object("{'clientId':'many-%d','publicClient':true}".formatted(i))));
      }

      assertThat(admin.get(CLIENTS + "&max=100000")).hasSize(100);
      assertThat(admin.get(CLIENTS + "&first=100")).isNotEmpty();
    } finally {
      made.forEach(id -> admin.delete("/clients/" + id));
    }
  }

  @Test
  void theClientsThatHaveAScopeAreNamed() throws Throwable {
    String id = admin.clientScope(SCOPE).get("id").asText();
    admin.withClient(
        Json.object("{'clientId':'by-default','publicClient':true}"),
        () -> {
          String path = admin.clientPath("by-default");
          admin.delete(path + "/optional-client-scopes/" + id);
          assertThat(clientIds(SCOPE)).contains("expensicat-demo-app").doesNotContain("by-default");

          admin.put(path + "/default-client-scopes/" + id, null);

          JsonNode found = find(admin.get(SCOPES + "/clients?scope=" + SCOPE), "by-default");
          assertThat(found.path("byDefault").asBoolean()).isTrue();
          assertThat(found.path("id").asText()).isEqualTo(path.replace("/clients/", ""));
        });
    assertThat(status(admin, "GET", SCOPES + "/clients?scope=profile")).isEqualTo(404);
    assertThat(status(admin, "GET", SCOPES + "/clients")).isEqualTo(404);
  }

  @Test
  void driftIsShownAsItWouldBeMendedAndNothingElse() {
    try (Drift drift = new Drift(admin)) {
      String id = drift.rename(SCOPE, "renamed");
      JsonNode before = admin.get("/client-scopes/" + id);

      JsonNode shown = scope(SCOPE);

      assertThat(shown.path("state").asText()).isEqualTo("DRIFTED");
      assertThat(shown.path("differences"))
          .containsExactly(
              Json.object("{'what':'name','found':'renamed','wanted':'" + SCOPE + "'}"));
      assertThat(admin.get("/client-scopes/" + id)).isEqualTo(before);
      assertThat(clientIds(SCOPE)).contains("expensicat-demo-app");

      JsonNode mended = admin.post(MEND, null);

      assertThat(names(mended)).containsExactly(SCOPE);
      assertThat(admin.get("/client-scopes/" + id).path("name").asText()).isEqualTo(SCOPE);
      assertThat(scope(SCOPE).path("state").asText()).isEqualTo("IN_STEP");
      assertThat(event("UPDATE", "client-scopes/" + id).at("/details/mended").asText())
          .isEqualTo("had the name 'renamed'");
      assertThat(admin.post(MEND, null)).isEmpty();
    }
  }

  @Test
  void aDeletedScopeIsMissingUntilItIsMended() {
    try (Drift drift = new Drift(admin)) {
      drift.delete(SCOPE);
      drift.rename("team:read", "renamed");
      assertThat(scope(SCOPE).path("state").asText()).isEqualTo("MISSING");
      assertThat(status(admin, "GET", SCOPES + "/clients?scope=" + SCOPE)).isEqualTo(404);

      JsonNode mended = admin.post(MEND + "?scope=" + SCOPE, null);

      assertThat(names(mended)).containsExactly(SCOPE);
      assertThat(scope(SCOPE).path("state").asText()).isEqualTo("IN_STEP");
      assertThat(scope("team:read").path("state").asText()).isEqualTo("DRIFTED");
      assertThat(clientIds(SCOPE)).contains("expensicat-demo-app", "expensicat-web");
      String id = admin.clientScope(SCOPE).get("id").asText();
      assertThat(event("CREATE", "client-scopes/" + id).at("/details/mended").asText())
          .isEqualTo("was missing");
      assertThat(status(admin, "POST", MEND + "?scope=profile")).isEqualTo(404);
    }
  }

  @Test
  void aScopeThatOthersMadeIsTakenOverAndGivenToEveryClient() throws Throwable {
    JsonNode theirs =
        Json.object(
            "{'name':'%s','protocol':'openid-connect','description':'Theirs',".formatted(SCOPE)
                + "'attributes':{'include.in.token.scope':'false'},'protocolMappers':[{'name':"
                + "'ours','protocol':'openid-connect','protocolMapper':'oidc-hardcoded-claim-mapper',"
                + "'config':{'claim.name':'ours','claim.value':'1','access.token.claim':'true'}}]}");
    admin.withClient(
        Json.object("{'clientId':'without','publicClient':true}"),
        () ->
            admin.withClient(
                Json.object("{'clientId':'by-default','publicClient':true}"),
                () -> {
                  try (Drift drift = new Drift(admin)) {
                    String path = "/optional-client-scopes/";
                    String ours = admin.clientScope(SCOPE).get("id").asText();
                    admin.delete(admin.clientPath("without") + path + ours);
                    String id = drift.replace(SCOPE, theirs);
                    admin.put(
                        admin.clientPath("by-default") + "/default-client-scopes/" + id, null);
                    admin.updateClient(
                        "expensicat-web", client -> client.put("name", "Saved meanwhile"));

                    assertThat(scope(SCOPE).path("state").asText()).isEqualTo("DRIFTED");
                    assertThat(scope(SCOPE).path("differences"))
                        .contains(
                            Json.object(
                                "{'what':'given to','found':'1 clients','wanted':'every client'}"));

                    admin.post(MEND, null);

                    assertThat(scope(SCOPE).path("state").asText()).isEqualTo("IN_STEP");
                    JsonNode taken = admin.clientScope(SCOPE);
                    assertThat(taken.path("id").asText()).isEqualTo(id);
                    assertThat(taken.path("protocol").asText()).isEqualTo("openid-connect");
                    assertThat(taken.path("description").asText()).isEqualTo("Theirs");
                    assertThat(taken.path("protocolMappers").findValuesAsText("name"))
                        .containsExactlyInAnyOrder("ours", "api audience");
                    assertThat(clientIds(SCOPE))
                        .contains("expensicat-demo-app", "expensicat-web", "by-default")
                        .doesNotContain("without", "account");
                    JsonNode byDefault =
                        find(admin.get(SCOPES + "/clients?scope=" + SCOPE), "by-default");
                    assertThat(byDefault.path("byDefault").asBoolean()).isTrue();
                    assertThat(event("UPDATE", "client-scopes/" + id).at("/details/mended"))
                        .asString()
                        .contains("was given to 1 clients");
                    assertThat(admin.post(MEND, null)).isEmpty();
                  }
                }));
  }

  /**
   * What the realm gives to all as a default scope nobody chose for one client; and a scope of
   * another protocol no client has.
   */
  @ParameterizedTest
  @ValueSource(strings = {"openid-connect", "saml"})
  void aScopeThatTheRealmGaveToAllByDefaultIsAnOptionalOne(String protocol) throws Throwable {
    try (Drift drift = new Drift(admin)) {
      String id =
          drift.replace(
              SCOPE, Json.object("{'name':'%s','protocol':'%s'}".formatted(SCOPE, protocol)));
      admin.put("/default-default-client-scopes/" + id, null);
      admin.withClient(
          Json.object("{'clientId':'by-default','publicClient':true}"),
          () -> {
            admin.post(MEND, null);

            assertThat(scope(SCOPE).path("state").asText()).isEqualTo("IN_STEP");
            JsonNode client = find(admin.get(SCOPES + "/clients?scope=" + SCOPE), "by-default");
            assertThat(client.path("byDefault").asBoolean(true)).isFalse();
            assertThat(clientIds(SCOPE)).contains("expensicat-demo-app", "expensicat-web");
            assertThat(admin.client("by-default").path("optionalClientScopes"))
                .contains(Json.tree(SCOPE));
          });
    }
  }

  @Test
  void aScopeThatNoClientHasIsDisabled() {
    String id = admin.clientScope(SCOPE).get("id").asText();
    List<String> paths =
        clientIds(SCOPE).stream()
            .map(client -> admin.clientPath(client) + "/optional-client-scopes/" + id)
            .toList();
    paths.forEach(admin::delete);
    try {
      assertThat(scope(SCOPE).path("state").asText()).isEqualTo("DISABLED");
      assertThat(scope(SCOPE).path("differences")).isEmpty();
      assertThat(admin.post(MEND, null)).isEmpty();
    } finally {
      paths.forEach(path -> admin.put(path, null));
    }
    assertThat(scope(SCOPE).path("state").asText()).isEqualTo("IN_STEP");
  }

  @Test
  void theAgeOfAnIssuersKeysIsShownAndTheyAreReloadedOnlyIfTheyCanBeHad() {
    admin.forgetSignOuts();
    try (TestIssuer issuer = TestIssuer.trusted(SERVER, "admin-sees", Map.of())) {
      assertThat(issuer("admin-sees").path("keys").has("age")).isFalse();
      assertActive(issuer.session(), true);

      JsonNode keys = issuer("admin-sees").path("keys");
      assertThat(keys.path("age").asLong(-1)).isBetween(0L, 30L);
      assertThat(keys.path("known").findValuesAsText("kid"))
          .containsExactlyInAnyOrder("ed", "es", "rs");
      assertThat(keys.path("jwksUrl").asText()).isEqualTo(issuer.jwksUrl());

      issuer.answer(TestIssuer.Jwks.ERROR);
      Answer refused = admin.send("POST", ISSUERS + "/admin-sees/reload-keys", null);
      assertThat(refused.status()).as(refused::summary).isEqualTo(409);
      assertThat(refused.json().path("errorMessage").asText()).contains("status 500");
      assertActive(issuer.session(), true);

      issuer.answer(TestIssuer.Jwks.KEYS);
      issuer.withdraw("ed");
      JsonNode reloaded = admin.post(ISSUERS + "/admin-sees/reload-keys", null);
      assertThat(reloaded.at("/keys/known").findValuesAsText("kid"))
          .containsExactlyInAnyOrder("es", "rs");
      assertActive(issuer.session(), false);
      assertActive(issuer.session().signedBy(issuer.key("es")), true);
      assertThat(
              event("ACTION", "identity-provider/instances/admin-sees/reload-keys").isMissingNode())
          .isFalse();
    }
  }

  @Test
  void keysInTheSettingsHaveNoAge() {
    try (TestIssuer issuer = TestIssuer.withKeys()) {
      issuer.trust(SERVER, "admin-pinned", Map.of("jwks", issuer.jwks()));

      JsonNode keys = issuer("admin-pinned").path("keys");

      assertThat(keys.path("known")).hasSize(3);
      assertThat(keys.has("jwksUrl")).isFalse();
      assertThat(keys.has("age")).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "en, Scope catalog",
    "de, Scope-Katalog",
    "xx, Scope catalog",
    "de-AT, Scope-Katalog"
  })
  void thePagesTextsComeInTheAdminsLanguage(String locale, String text) {
    assertThat(scopesIn(locale)).isEqualTo(text);
  }

  /** Keycloak keeps what it was once asked for, of however many languages. */
  @Test
  void noLanguageIsAskedForThatThePageDoesNotHave() {
    for (String language : List.of("xx", "de")) {
      String text = "/localization/" + language + "/expensicatAdmin.scopes";
      Answer put = admin.sendText("PUT", text, "A text in " + language);
      assertThat(put.status()).as(put::summary).isEqualTo(204);
    }
    try {
      assertThat(scopesIn("de")).isEqualTo("A text in de");
      assertThat(scopesIn("de-x-made-up")).isEqualTo("A text in de");
      assertThat(scopesIn("xx")).isEqualTo("Scope catalog");
      assertThat(scopesIn("xx-YY-x-1")).isEqualTo("Scope catalog");
      assertThat(scopesIn("%F0%9F%90%88")).isEqualTo("Scope catalog");
    } finally {
      admin.delete("/localization/xx");
      admin.delete("/localization/de");
    }
  }

  private String scopesIn(String locale) {
    return admin.get(ROOT + "?locale=" + locale).at("/texts/scopes").asText();
  }

  @Test
  void theServersInfoPageSaysWhichVersionOfThePackRuns() {
    JsonNode providers = admin.serverInfo().path("providers");
    String version = admin.get(ROOT).path("version").asText();

    assertThat(version).isNotBlank();
    for (String provider :
        List.of(
            "/expensicat/providers/realm",
            "/scope-catalog/providers/default",
            "/session-jwt/providers/default",
            "/client-policy-manager/providers/expensicat-floor")) {
      assertThat(providers.at(provider + "/operationalInfo/Expensicat Auth").asText())
          .as(provider)
          .isEqualTo(version);
    }
  }

  @Test
  void theRealmsOwnConsoleLoadsThePage() {
    Answer console =
        UserAgent.send(
            HttpRequest.newBuilder(URI.create(SERVER.baseUrl() + "/admin/expensicat/console/")));
    String script = console.document().select("script[src*=expensicat-admin]").attr("abs:src");
    Answer loaded = UserAgent.send(HttpRequest.newBuilder(URI.create(script)));

    assertThat(loaded.status()).as(loaded::summary).isEqualTo(200);
    assertThat(loaded.header("Content-Type").orElse("")).contains("javascript");
  }

  private static int status(AdminApi api, String method, String path) {
    return api.send(method, path, null).status();
  }

  private JsonNode scope(String name) {
    return StreamSupport.stream(admin.get(SCOPES).spliterator(), false)
        .filter(status -> status.at("/scope/name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private List<String> clientIds(String scope) {
    return admin.get(SCOPES + "/clients?scope=" + scope).findValuesAsText("clientId");
  }

  private JsonNode issuer(String alias) {
    return StreamSupport.stream(admin.get(ISSUERS).spliterator(), false)
        .filter(issuer -> issuer.path("alias").asText().equals(alias))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode find(JsonNode clients, String clientId) {
    return StreamSupport.stream(clients.spliterator(), false)
        .filter(client -> client.path("clientId").asText().equals(clientId))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> names(JsonNode statuses) {
    return StreamSupport.stream(statuses.spliterator(), false)
        .map(status -> status.at("/scope/name").asText())
        .toList();
  }

  /** The newest admin event of that kind. */
  private JsonNode event(String operation, String path) {
    return admin
        .get("/admin-events?max=1&operationTypes=" + operation + "&resourcePath=" + path)
        .path(0);
  }

  private static void assertActive(SessionJwt jwt, boolean active) {
    JsonNode said = ResourceServer.API.introspect(Addresses.PACK, jwt.compact());
    assertThat(said.path("active").asBoolean()).as(said.toString()).isEqualTo(active);
  }
}
