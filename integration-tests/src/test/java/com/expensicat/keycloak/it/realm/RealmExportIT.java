package com.expensicat.keycloak.it.realm;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.OwnServers;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The production realm, from its file into a server that has only the jar, and out again. */
@Tag("slow")
@OwnServers
class RealmExportIT {

  /** What tells the members of a list of objects apart, the first that they have. */
  private static final List<String> KEYS =
      List.of("clientId", "name", "alias", "client", "clientScope", "executor", "condition");

  @Test
  void theFileHoldsNoUserNoSecretAndNoDemoClient() throws IOException {
    JsonNode file = file();

    assertThat(file.has("users")).isFalse();
    assertThat(file.findValuesAsText("secret")).containsOnly("${EXPENSICAT_API_SECRET:}");
    assertThat(file.findValuesAsText("password")).containsOnly("${EXPENSICAT_SMTP_PASSWORD:}");
    assertThat(file.findValues("credentials")).isEmpty();
    assertThat(file.findValues("privateKey")).isEmpty();
    assertThat(file.path("clients"))
        .extracting(client -> client.path("clientId").asText())
        .contains("expensicat-api")
        .doesNotContain("expensicat-demo-app", "expensicat-web");
  }

  @Test
  void whatIsImportedComesOutAgainAndWorks() throws Throwable {
    try (ServerProcess server =
        KeycloakServer.start(ServerSettings.standard().withoutDemoOverlay())) {
      AdminApi admin = server.admin();
      assertThat(server.log()).doesNotContain("mended");
      JsonNode exported = admin.partialExport();
      assertContains("realm", withoutSecrets(exported), withoutSecrets(file()));

      admin.delete("");
      admin.createRealm(withoutSecrets(exported));

      assertContains("again", admin.partialExport(), withoutSecrets(withoutIds(exported)));
      assertThat(server.log()).doesNotContain("mended");
      assertItWorks(server);
    }
  }

  /** A person without a last name, an application and the resource server of the export. */
  private static void assertItWorks(ServerProcess server) throws Throwable {
    AdminApi admin = server.admin();
    admin.create(
        "/users",
        Json.object(
            "{'username':'cher','enabled':true,'email':'cher@expensicat.test','firstName':'Cher',"
                + "'credentials':[{'type':'password','value':'believe'}]}"));
    admin.createClient(
        Json.object(
            "{'clientId':'expensicat-demo-app','publicClient':true,"
                + "'redirectUris':['http://127.0.0.1:9876/callback']}"));
    String secret =
        admin.get(admin.clientPath("expensicat-api") + "/client-secret").path("value").asText();

    JsonNode tokens =
        authorizeAt(Addresses.PACK, server)
            .as(new Person("cher", "believe"))
            .scope(ScopeTable.SCOPES)
            .tokens()
            .json();
    Answer said =
        TokenClient.basic("expensicat-api", secret)
            .post(
                Addresses.PACK.introspect(server),
                Parameters.of("token", tokens.path("access_token").asText()));

    assertThat(tokens.path("scope").asText().split(" "))
        .containsExactlyInAnyOrderElementsOf(ScopeTable.SCOPES);
    assertThat(said.json().path("active").asBoolean()).as(said::summary).isTrue();
  }

  private static JsonNode file() throws IOException {
    return Json.read(Files.readString(Artifacts.REALM)).orElseThrow();
  }

  /** Whatever the one says, the other says too; lists have the same members in any order. */
  private static void assertContains(String path, JsonNode actual, JsonNode expected) {
    if (expected.isObject()) {
      expected
          .properties()
          .forEach(
              field ->
                  assertContains(
                      path + "/" + field.getKey(), actual.path(field.getKey()), field.getValue()));
    } else if (expected.isArray()) {
      Map<String, JsonNode> wanted = members(expected);
      Map<String, JsonNode> found = members(actual);
      assertThat(found.keySet()).as(path).containsExactlyInAnyOrderElementsOf(wanted.keySet());
      wanted.forEach((key, member) -> assertContains(path + "/" + key, found.get(key), member));
    } else {
      assertThat(actual.asText()).as(path).isEqualTo(filled(expected.asText()));
    }
  }

  private static Map<String, JsonNode> members(JsonNode list) {
    Map<String, JsonNode> members = new TreeMap<>();
    list.forEach(member -> members.put(key(member), member));
    return members;
  }

  private static String key(JsonNode member) {
    return member.isValueNode()
        ? member.asText()
        : KEYS.stream()
            .filter(member::has)
            .findFirst()
            .map(name -> member.path(name).asText())
            .orElseGet(() -> member.path("providerId").asText());
  }

  /** A text of the file as it is where the environment says nothing. */
  private static String filled(String text) {
    return text.replaceFirst("^\\$\\{EXPENSICAT_[A-Z_]+:(.*)}$", "$1");
  }

  private static JsonNode withoutSecrets(JsonNode node) {
    return without(node, List.of("secret", "password"));
  }

  private static JsonNode withoutIds(JsonNode node) {
    return without(
        node,
        List.of(
            "id",
            "containerId",
            "_id",
            "client.secret.creation.time",
            "components",
            "flowAlias",
            "authenticationFlows",
            "authenticatorConfig",
            "policies",
            "keycloakVersion"));
  }

  private static JsonNode without(JsonNode node, List<String> names) {
    if (node.isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      StreamSupport.stream(node.spliterator(), false)
          .map(member -> without(member, names))
          .forEach(copy::add);
      return copy;
    }
    if (node.isObject()) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      node.properties()
          .forEach(
              field -> {
                if (!names.contains(field.getKey())) {
                  copy.set(field.getKey(), without(field.getValue(), names));
                }
              });
      return copy;
    }
    return node;
  }
}
