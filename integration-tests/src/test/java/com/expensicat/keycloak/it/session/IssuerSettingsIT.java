package com.expensicat.keycloak.it.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.Cases;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Issuers of session JWTs as admins make them, change them and carry them from realm to realm. */
class IssuerSettingsIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final String INSTANCES = "/identity-provider/instances";
  private static final String TYPE = "expensicat-session-jwt";
  private static final String ALIAS = "settings";
  private static final String ANOTHER_REALM = "issuer-settings";

  /** Where nobody listens. */
  private static final String NOBODY = "http://localhost:" + ServerProcess.freePort();

  private static TestIssuer application;
  private static TestIssuer taken;
  private static TestIssuer htmlInPlaceOfKeys;

  private final AdminApi admin = SERVER.admin();

  @BeforeAll
  static void startApplications() {
    SERVER.admin().forgetSignOuts();
    application = TestIssuer.withKeys();
    taken = TestIssuer.trusted(SERVER, "settings-taken", Map.of());
    htmlInPlaceOfKeys = TestIssuer.withKeys();
    htmlInPlaceOfKeys.answer(TestIssuer.Jwks.HTML);
  }

  @AfterAll
  static void stopThem() {
    application.close();
    taken.close();
    htmlInPlaceOfKeys.close();
  }

  @AfterEach
  void cleanUp() {
    admin
        .get("/users?idpAlias=" + ALIAS)
        .forEach(user -> admin.delete("/users/" + user.path("id").asText()));
    for (String alias : List.of(ALIAS, ALIAS + "-2")) {
      admin.send("DELETE", INSTANCES + "/" + alias, null);
    }
    admin.in(ANOTHER_REALM).send("DELETE", "", null);
  }

  static Stream<Arguments> bad() {
    return Cases.of("issuer-settings-bad.csv");
  }

  static Stream<Arguments> good() {
    return Cases.of("issuer-settings-good.csv");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void aBadSettingIsRefusedByItsName(String name, String change, String key) {
    Answer answer = admin.send("POST", INSTANCES, issuer(change));

    assertRefused(answer, key);
    assertThat(admin.send("GET", INSTANCES + "/" + ALIAS, null).status()).isEqualTo(404);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void aBadSettingIsRefusedOnChangeAlike(String name, String change, String key) {
    admin.create(INSTANCES, issuer("{}"));
    JsonNode before = admin.get(INSTANCES + "/" + ALIAS);

    Answer answer = admin.send("PUT", INSTANCES + "/" + ALIAS, issuer(change));

    assertRefused(answer, key);
    assertThat(admin.get(INSTANCES + "/" + ALIAS)).isEqualTo(before);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void aGoodSettingIsTakenWithoutAnySecret(String name, String change) {
    Answer answer = admin.send("POST", INSTANCES, issuer(change));

    assertThat(answer.status()).as(answer::summary).isEqualTo(201);
  }

  @Test
  void aClientSecretIsNotKept() {
    admin.create(INSTANCES, issuer("{'clientId':'my-client','clientSecret':'my-secret'}"));
    admin.put(INSTANCES + "/" + ALIAS, issuer("{'clientSecret':'another-secret'}"));

    assertThat(Json.write(admin.get(INSTANCES + "/" + ALIAS)))
        .doesNotContain("my-client", "my-secret", "another-secret");
    assertThat(Json.write(admin.partialExport()))
        .doesNotContain("my-client", "my-secret", "another-secret");
  }

  @Test
  void whatTheConsoleSendsBackIsTaken() {
    admin.create(INSTANCES, issuer("{}"));
    JsonNode shown = admin.get(INSTANCES + "/" + ALIAS);

    admin.put(INSTANCES + "/" + ALIAS, shown);

    assertThat(admin.get(INSTANCES + "/" + ALIAS)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"issuer, https://other.expensicat.test", "subjectClaim, id"})
  void whoAPersonIsDoesNotChangeWhilePeopleAreLinked(String key, String value) {
    ObjectNode pinned = issuer("{'jwks':'%s'}".formatted(application.jwks().replace("\"", "\\\"")));
    admin.create(INSTANCES, pinned);
    ObjectNode changed = pinned.deepCopy();
    changed.withObject("/config").put(key, value);
    meet();

    assertRefused(admin.send("PUT", INSTANCES + "/" + ALIAS, changed), key);
    changed.put("enabled", false);
    assertRefused(admin.send("PUT", INSTANCES + "/" + ALIAS, changed), key);
    changed.put("displayName", "Cats");
    changed.withObject("/config").remove(key);
    changed.withObject("/config").put("issuer", application.issuer()).put("clockSkew", "20");
    admin.put(INSTANCES + "/" + ALIAS, changed.put("enabled", true));

    admin
        .get("/users?idpAlias=" + ALIAS)
        .forEach(user -> admin.delete("/users/" + user.path("id").asText()));
    changed.withObject("/config").put(key, value);
    admin.put(INSTANCES + "/" + ALIAS, changed);
    assertThat(admin.get(INSTANCES + "/" + ALIAS).path("config").path(key).asText())
        .isEqualTo(value);
  }

  @Test
  void aProviderThatIsSwitchedOffMayHaveKeysThatCannotBeHad() {
    admin.create(INSTANCES, issuer("{'jwksUrl':'NOBODY/jwks'}").put("enabled", false));

    assertRefused(
        admin.send("PUT", INSTANCES + "/" + ALIAS, issuer("{'jwksUrl':'NOBODY/jwks'}")), "jwksUrl");
  }

  @Test
  void aProviderThatIsSwitchedOffMayHaveTheIssuerOfAnother() {
    admin.create(INSTANCES, issuer("{'issuer':'TAKEN'}").put("enabled", false));

    assertRefused(
        admin.send("PUT", INSTANCES + "/" + ALIAS, issuer("{'issuer':'TAKEN'}")), "issuer");
  }

  @Test
  void keysThatCannotBeHadForNowDoNotStandInTheWayOfOtherChanges() {
    admin.create(INSTANCES, issuer("{}"));
    application.answer(TestIssuer.Jwks.ERROR);
    try {
      admin.put(INSTANCES + "/" + ALIAS, issuer("{'clockSkew':'20'}"));
    } finally {
      application.answer(TestIssuer.Jwks.KEYS);
    }
  }

  @Test
  void anIssuerThatIsExportedCanBeImported() {
    admin.create(
        INSTANCES,
        issuer(
            "{'scopes':'transactions:read','firstMeeting':'refuse','audience':'cats',"
                + "'exchangeClients':'expensicat-web'}"));
    JsonNode exported =
        StreamSupport.stream(admin.partialExport().path("identityProviders").spliterator(), false)
            .filter(provider -> provider.path("alias").asText().equals(ALIAS))
            .findFirst()
            .orElseThrow();
    JsonNode before = admin.get(INSTANCES + "/" + ALIAS);
    admin.delete(INSTANCES + "/" + ALIAS);

    admin.partialImport(partialImport(exported));

    ObjectNode after = (ObjectNode) admin.get(INSTANCES + "/" + ALIAS);
    assertThat(after.path("config")).isEqualTo(before.path("config"));
    assertThat(after.path("enabled")).isEqualTo(before.path("enabled"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      value = {
        "{'algorithms':'HS256'} | algorithms",
        "{'issuer':null} | issuer",
        "{'scopes':'transactions:destroy'} | scopes",
        "{'jwksUrl':'http://app.expensicat.test/jwks'} | jwksUrl",
        "{'handOverUrl':'javascript:alert(1)'} | handOverUrl"
      })
  void aBadIssuerIsRefusedByItsFieldWhereverItIsImported(String change, String key) {
    ObjectNode file = partialImport(issuer(change)).put("ifResourceExists", "OVERWRITE");
    ObjectNode realm =
        Json.object("{'realm':'%s','enabled':true}".formatted(ANOTHER_REALM))
            .set("identityProviders", file.path("identityProviders"));

    assertRefused(admin.send("POST", "/partialImport", file), key);
    assertRefused(admin.sendRealm(realm), key);
    assertThat(admin.in(ANOTHER_REALM).send("GET", "", null).status()).isEqualTo(404);
  }

  @Test
  void aRealmIsNotMadeWithAnIssuerThatCountsTwice() {
    ObjectNode file = partialImport(issuer("{}"));
    file.withArray("identityProviders").add(issuer("{}").put("alias", ALIAS + "-2"));
    ObjectNode realm =
        Json.object("{'realm':'%s','enabled':true}".formatted(ANOTHER_REALM)).setAll(file);

    assertRefused(admin.sendRealm(realm), "issuer");
  }

  @Test
  void aRealmIsNotMadeWithItselfAsAnIssuer() {
    String itself = SERVER.baseUrl() + "/realms/" + ANOTHER_REALM;
    ObjectNode realm =
        Json.object("{'realm':'%s','enabled':true}".formatted(ANOTHER_REALM))
            .setAll(partialImport(issuer("{'issuer':'%s'}".formatted(itself))));

    assertRefused(admin.sendRealm(realm), "issuer");
  }

  @Test
  void aRealmIsMadeWithItsIssuerWhoseKeysCannotBeHadYet() {
    admin.createRealm(
        Json.object("{'realm':'%s','enabled':true}".formatted(ANOTHER_REALM))
            .set(
                "identityProviders",
                partialImport(issuer("{'jwksUrl':'NOBODY/jwks'}")).path("identityProviders")));

    assertThat(admin.in(ANOTHER_REALM).get(INSTANCES + "/" + ALIAS).at("/config/jwksUrl").asText())
        .isEqualTo(NOBODY + "/jwks");
  }

  @Test
  void theMappersOfThePackAreOffered() {
    admin.create(INSTANCES, issuer("{}"));

    JsonNode types = admin.get(INSTANCES + "/" + ALIAS + "/mapper-types");

    assertThat(types.properties())
        .extracting(Map.Entry::getKey)
        .contains("expensicat-session-attribute-mapper", "expensicat-session-group-mapper");
  }

  @Test
  void theTypeIsOfferedWithAWordOnEachSetting() {
    JsonNode type =
        StreamSupport.stream(
                admin
                    .serverInfo()
                    .at("/componentTypes/org.keycloak.broker.provider.IdentityProvider")
                    .spliterator(),
                false)
            .filter(found -> found.path("id").asText().equals(TYPE))
            .findFirst()
            .orElseThrow(() -> new AssertionError("No type " + TYPE));

    assertThat(type.path("properties").findValuesAsText("name"))
        .contains("issuer", "jwksUrl", "firstMeeting", "handOverUrl");
    assertThat(type.path("properties"))
        .allSatisfy(
            property ->
                assertThat(property.path("helpText").asText())
                    .as(property.toString())
                    .isNotBlank());
  }

  @Test
  void theKeysAreReloaded() {
    admin.create(INSTANCES, issuer("{}"));
    meet();
    int before = application.jwksRequests();

    JsonNode reloaded = admin.get(INSTANCES + "/" + ALIAS + "/reload-keys");

    assertThat(reloaded.asBoolean()).as(reloaded::toString).isTrue();
    meet();
    assertThat(application.jwksRequests()).isGreaterThan(before);
  }

  @Test
  void theRealmFileHasTheIssuerSwitchedOff() throws IOException {
    JsonNode file = Json.read(Files.readString(Artifacts.REALM)).orElseThrow();

    List<JsonNode> found = new ArrayList<>();
    file.path("identityProviders").forEach(found::add);

    assertThat(found).hasSize(1);
    assertThat(found.get(0).path("alias").asText()).isEqualTo("expensicat");
    assertThat(found.get(0).path("providerId").asText()).isEqualTo(TYPE);
    assertThat(found.get(0).path("enabled").asText())
        .isEqualTo("${EXPENSICAT_SESSION_ISSUER_ENABLED:false}");
  }

  private static void meet() {
    String jwt = application.session(TestIssuer.newSubject()).compact();
    JsonNode said = ResourceServer.API.introspect(Addresses.PACK, jwt);
    assertThat(said.path("active").asBoolean()).as(said::toString).isTrue();
  }

  private static void assertRefused(Answer answer, String key) {
    assertThat(answer.status()).as(answer::summary).isEqualTo(400);
    assertThat(answer.json().path("errorMessage").asText()).startsWith(key + ": ");
  }

  private static ObjectNode partialImport(JsonNode provider) {
    ObjectNode file = Json.object("{}");
    file.putArray("identityProviders").add(provider);
    return file;
  }

  /** An enabled provider for the application, changed; {@code null} takes a setting out. */
  private static ObjectNode issuer(String change) {
    Map<String, String> config = new HashMap<>(Map.of("issuer", application.issuer()));
    Json.object(filled(change))
        .properties()
        .forEach(
            setting -> {
              if (setting.getValue().isNull()) {
                config.remove(setting.getKey());
              } else {
                config.put(setting.getKey(), setting.getValue().asText());
              }
            });
    ObjectNode provider =
        Json.object("{'alias':'%s','providerId':'%s','enabled':true}".formatted(ALIAS, TYPE));
    provider.set("config", Json.tree(config));
    return provider;
  }

  private static String filled(String change) {
    ObjectNode key = application.key("ed").jwk();
    return change
        .replace("REALM", SERVER.realmUrl())
        .replace("SERVER", SERVER.baseUrl())
        .replace("TAKEN", taken.issuer())
        .replace("NOBODY", NOBODY)
        .replace("HTML", htmlInPlaceOfKeys.jwksUrl())
        .replace("ELSEWHERE", application.otherAddress())
        .replace("GOOD", application.jwksUrl())
        .replace("PUBLIC", quoted(key))
        .replace("PRIVATE", quoted(key.deepCopy().put("d", "c2VjcmV0")))
        .replace("ENCRYPTION", quoted(key.deepCopy().put("use", "enc")));
  }

  /** JSON inside a JSON string. */
  private static String quoted(ObjectNode json) {
    return Json.write(json).replace("\"", "\\\"");
  }
}
