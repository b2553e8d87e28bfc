package com.expensicat.keycloak.it.realm;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.OwnServers;
import com.expensicat.keycloak.it.support.server.Programs;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The realm's file on each way into a server, with what differs between environments set and not
 * set; and how the running realm differs from it.
 */
@Tag("slow")
@OwnServers
class RealmAsCodeIT {

  private static final Map<String, String> STAGING =
      Map.ofEntries(
          Map.entry("EXPENSICAT_DISPLAY_NAME", "Expensicat Staging"),
          Map.entry("EXPENSICAT_SSL_REQUIRED", "all"),
          Map.entry("EXPENSICAT_VERIFY_EMAIL", "true"),
          Map.entry("EXPENSICAT_RESET_PASSWORD", "true"),
          Map.entry("EXPENSICAT_ORGANIZATIONS", "true"),
          Map.entry("EXPENSICAT_FAILURE_FACTOR", "7"),
          Map.entry("EXPENSICAT_MAX_FAILURE_WAIT", "600"),
          Map.entry("EXPENSICAT_SMTP_HOST", "mail.example"),
          Map.entry("EXPENSICAT_SMTP_PORT", "25"),
          Map.entry("EXPENSICAT_SMTP_STARTTLS", "false"),
          Map.entry("EXPENSICAT_SMTP_SSL", "true"),
          Map.entry("EXPENSICAT_SMTP_AUTH", "true"),
          Map.entry("EXPENSICAT_SMTP_USER", "mailer"),
          Map.entry("EXPENSICAT_SMTP_PASSWORD", "mail-password"),
          Map.entry("EXPENSICAT_SMTP_FROM", "staging@mail.example"),
          Map.entry("EXPENSICAT_SESSION_ISSUER_ENABLED", "true"),
          Map.entry("EXPENSICAT_SESSION_ISSUER", "https://staging.example"),
          Map.entry("EXPENSICAT_SESSION_ISSUER_KEYS", "https://staging.example/keys"),
          Map.entry("EXPENSICAT_HAND_OVER_URL", "https://staging.example/sign-in"),
          Map.entry("EXPENSICAT_EXCHANGE_CLIENTS", "web"),
          Map.entry("EXPENSICAT_API_SECRET", "staging-secret"));

  private static final String DIFFERENCE = "/expensicat/difference";

  @TempDir private Path folder;

  @Test
  void atAStartTheFileIsFilledInFromTheEnvironment() throws Throwable {
    try (ServerProcess server =
        KeycloakServer.start(
            ServerSettings.standard().withoutDemoOverlay().withEnvironment(STAGING))) {
      AdminApi admin = server.admin();
      assertStaging(admin);
      assertNoDifference(admin);

      admin.withRealmChange(
          realm -> realm.put("failureFactor", 8),
          () ->
              assertThat(admin.get(DIFFERENCE))
                  .as("the server knows what the environment wants")
                  .isEqualTo(
                      Json.object(
                              "{'x':[{'path':'/failureFactor','kind':'CHANGED','expected':'7','actual':8}]}")
                          .path("x")));
      assertTheScriptTellsAJob(server);
    }
  }

  @Test
  void importedByTheCommandItIsFilledInOrWhatItEverWas() throws Exception {
    try (ServerProcess server = KeycloakServer.start(ServerSettings.standard().withoutRealm())) {
      AdminApi admin = server.admin();
      server.stop();
      server.importRealm(Artifacts.REALM, Map.of());
      server.startAgain();
      assertDefaults(admin);
      assertNoDifference(admin);

      admin.delete("");
      server.stop();
      server.importRealm(Artifacts.REALM, STAGING);
      server.startAgain();
      assertStaging(admin);
      assertNoDifference(admin);
    }
  }

  @Test
  void overAdminRestItIsFilledInByTheScriptAndRefusedWithout() throws Exception {
    try (ServerProcess server = KeycloakServer.start(ServerSettings.standard().withoutRealm())) {
      AdminApi admin = server.admin();
      Answer raw = admin.sendRealm(Json.read(Files.readString(Artifacts.REALM)).orElseThrow());
      assertThat(raw.status()).as(raw::summary).isEqualTo(400);

      admin.createRealm(filled(Map.of()));
      assertDefaults(admin);
      assertNoDifference(admin);
      assertPartialImport(admin);

      admin.delete("");
      admin.createRealm(filled(STAGING));
      assertStaging(admin);
      assertNoDifference(admin);
      assertAnUnfilledSecretIsNone(admin);
    }
  }

  @Test
  void aRealmOfAnotherNameIsComparedByThatName() throws Exception {
    try (ServerProcess server =
        KeycloakServer.start(
            ServerSettings.standard()
                .withoutRealm()
                .withRuntimeOptions("--spi-expensicat--realm--name=adopted"))) {
      AdminApi admin = server.admin().in("adopted");
      admin.createRealm(Json.object("{'realm':'adopted','enabled':true}"));
      assertThat(paths(admin))
          .contains(
              "/revokeRefreshToken",
              "/loginTheme",
              "/identityProviders/expensicat",
              "/clients/expensicat-api",
              "/clientPolicies/policies/expensicat-applications")
          .noneMatch(path -> path.startsWith("/clients/account/"))
          .doesNotContain("/smtpServer", "/roles/realm/default-roles-adopted")
          .isSorted();

      admin.delete("");
      admin.createRealm(
          Json.read(
                  Json.write(filled(Map.of()))
                      .replace("\"realm\":\"expensicat\"", "\"realm\":\"adopted\"")
                      .replace("default-roles-expensicat", "default-roles-adopted")
                      .replace("/realms/expensicat/", "/realms/adopted/")
                      .replace("/admin/expensicat/", "/admin/adopted/"))
              .orElseThrow());
      assertNoDifference(admin);
    }
  }

  /** What a partial import overwrites is as the file says, but for what it cannot take. */
  private void assertPartialImport(AdminApi admin) throws Exception {
    ObjectNode staging = (ObjectNode) filled(STAGING);
    staging.put("ifResourceExists", "SKIP");
    admin.post("/partialImport", staging);
    assertDefaults(admin);
    assertNoDifference(admin);

    ObjectNode own = Json.object("{}");
    own.set("identityProviders", staging.get("identityProviders"));
    staging
        .get("clients")
        .forEach(
            client -> {
              if (client.path("clientId").asText().equals("expensicat-api")) {
                own.putArray("clients").add(client);
              }
            });
    admin.partialImport(own);
    assertIssuerOfStaging(admin);
    assertThat(secret(admin)).isEqualTo("staging-secret");
    assertNoDifference(admin);

    admin.partialImport(staging);
    assertThat(paths(admin))
        .as("Keycloak makes its own clients and roles anew, and their mappings are lost")
        .containsExactly(
            "/clientScopeMappings/account/account-console", "/scopeMappings/offline_access");
  }

  private static void assertAnUnfilledSecretIsNone(AdminApi admin) throws Exception {
    JsonNode client =
        Json.object(
            "{'clientId':'unfilled','publicClient':false,'secret':'${EXPENSICAT_API_SECRET:}'}");
    ObjectNode imports = Json.object("{}");
    imports.putArray("clients").add(client);
    admin.partialImport(imports);

    assertThat(admin.get(admin.clientPath("unfilled") + "/client-secret").path("value").asText())
        .hasSizeGreaterThan(20)
        .doesNotContain("$");
  }

  /** As a job of CI runs it: all is well, something differs, it cannot be asked. */
  private void assertTheScriptTellsAJob(ServerProcess server) throws Throwable {
    AdminApi master = server.admin().in("master");
    master.createClient(
        Json.object("{'clientId':'ci','publicClient':false,'serviceAccountsEnabled':true}")
            .put("secret", "a\"b\\c %&+ d"));
    String account =
        master.get(master.clientPath("ci") + "/service-account-user").path("id").asText();
    String realm = master.client("expensicat-realm").path("id").asText();
    List<JsonNode> roles =
        Stream.of("view-realm", "view-clients", "view-identity-providers")
            .map(role -> master.get("/clients/" + realm + "/roles/" + role))
            .toList();
    master.post("/users/" + account + "/role-mappings/clients/" + realm, roles);
    Map<String, String> job = new TreeMap<>();
    job.put("KEYCLOAK_URL", server.baseUrl());
    job.put("KEYCLOAK_CLIENT_ID", "ci");
    job.put("KEYCLOAK_CLIENT_SECRET", master.client("ci").path("secret").asText());

    assertThat(job(job)).isEqualTo(0);
    assertThat(printed()).isEmpty();
    server
        .admin()
        .withRealmChange(
            changed -> changed.put("revokeRefreshToken", false).put("rememberMe", true),
            () -> {
              assertThat(job(job)).isEqualTo(1);
              assertThat(printed().lines())
                  .containsExactly(
                      "{\"path\":\"/rememberMe\",\"kind\":\"CHANGED\",\"expected\":false,\"actual\":true}",
                      "{\"path\":\"/revokeRefreshToken\",\"kind\":\"CHANGED\",\"expected\":true,\"actual\":false}");
            });
    job.put("KEYCLOAK_CLIENT_SECRET", "wrong");
    assertThat(job(job)).isEqualTo(2);
    assertThat(printed()).contains("no token").doesNotContain("wrong");
    job.remove("KEYCLOAK_URL");
    assertThat(job(job)).isEqualTo(2);
    assertThat(printed()).contains("Usage");
  }

  private int job(Map<String, String> environment) throws IOException {
    return run("difference.sh", environment);
  }

  private int run(String script, Map<String, String> environment) throws IOException {
    return Programs.run(
        folder,
        folder.resolve("printed"),
        List.of("bash", Artifacts.REALM.resolveSibling(script).toString()),
        environment);
  }

  private String printed() {
    return Programs.printed(folder.resolve("printed"));
  }

  private JsonNode filled(Map<String, String> environment) throws IOException {
    assertThat(run("fill.sh", environment)).as(this::printed).isZero();
    assertThat(printed()).doesNotContain("EXPENSICAT_");
    return Json.read(printed()).orElseThrow();
  }

  private static void assertNoDifference(AdminApi admin) {
    assertThat(admin.get(DIFFERENCE)).isEmpty();
  }

  private static List<String> paths(AdminApi admin) {
    return admin.get(DIFFERENCE).findValuesAsText("path");
  }

  private static String secret(AdminApi admin) {
    return admin.get(admin.clientPath("expensicat-api") + "/client-secret").path("value").asText();
  }

  private static void assertStaging(AdminApi admin) {
    JsonNode realm = admin.get("");
    assertThat(realm.path("displayName").asText()).isEqualTo("Expensicat Staging");
    assertThat(realm.path("sslRequired").asText()).isEqualTo("all");
    assertThat(realm.path("verifyEmail").asBoolean()).isTrue();
    assertThat(realm.path("resetPasswordAllowed").asBoolean()).isTrue();
    assertThat(realm.path("organizationsEnabled").asBoolean()).isTrue();
    assertThat(realm.path("failureFactor").asInt()).isEqualTo(7);
    assertThat(realm.path("maxFailureWaitSeconds").asInt()).isEqualTo(600);
    assertThat(realm.path("smtpServer"))
        .isEqualTo(
            Json.object(
                "{'host':'mail.example','port':'25','starttls':'false','ssl':'true','auth':'true',"
                    + "'user':'mailer','password':'**********','from':'staging@mail.example',"
                    + "'fromDisplayName':'Expensicat Staging'}"));
    assertIssuerOfStaging(admin);
    assertThat(secret(admin)).isEqualTo("staging-secret");
  }

  private static void assertIssuerOfStaging(AdminApi admin) {
    JsonNode issuer = admin.get("/identity-provider/instances/expensicat");
    assertThat(issuer.path("enabled").asBoolean()).isTrue();
    assertThat(issuer.at("/config/issuer").asText()).isEqualTo("https://staging.example");
    assertThat(issuer.at("/config/jwksUrl").asText()).isEqualTo("https://staging.example/keys");
    assertThat(issuer.at("/config/handOverUrl").asText())
        .isEqualTo("https://staging.example/sign-in");
    assertThat(issuer.at("/config/exchangeClients").asText()).isEqualTo("web");
  }

  /** What the file said before it had places for anything. */
  private static void assertDefaults(AdminApi admin) {
    JsonNode realm = admin.get("");
    assertThat(realm.path("displayName").asText()).isEqualTo("Expensicat");
    assertThat(realm.path("sslRequired").asText()).isEqualTo("external");
    assertThat(realm.path("verifyEmail").asBoolean()).isFalse();
    assertThat(realm.path("resetPasswordAllowed").asBoolean()).isFalse();
    assertThat(realm.path("organizationsEnabled").asBoolean()).isFalse();
    assertThat(realm.path("failureFactor").asInt()).isEqualTo(10);
    assertThat(realm.path("maxFailureWaitSeconds").asInt()).isEqualTo(900);
    assertThat(realm.at("/smtpServer/host").asText()).isEmpty();
    JsonNode issuer = admin.get("/identity-provider/instances/expensicat");
    assertThat(issuer.path("enabled").asBoolean()).isFalse();
    assertThat(issuer.at("/config/issuer").asText()).isEqualTo("https://app.expensicat.com");
    assertThat(issuer.at("/config/jwksUrl").asText()).isEmpty();
    assertThat(issuer.at("/config/handOverUrl").asText())
        .isEqualTo("https://app.expensicat.com/hand-over");
    assertThat(secret(admin)).hasSizeGreaterThan(20).doesNotContain("$");
  }
}
