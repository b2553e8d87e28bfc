package com.expensicat.keycloak.it.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.ErrorAnswer;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The description of all addresses, in OpenAPI 3.1. */
class OpenApiIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final String SCHEMA = "https://spec.openapis.org/oas/3.1/schema/2022-10-07";

  /** The specification's schema looks into no schema unless it is told their dialect. */
  private static final String WITH_SCHEMAS =
      """
      {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://expensicat.test/openapi",
        "$ref": "%s",
        "$defs": {
          "schema": {
            "$dynamicAnchor": "meta",
            "$ref": "https://json-schema.org/draft/2020-12/schema"
          }
        }
      }
      """
          .formatted(SCHEMA);

  private static Answer get(String path) {
    return TokenClient.anonymous()
        .header("Origin", "https://anywhere.example")
        .header("X-Forwarded-Host", "evil.example")
        .header("Forwarded", "host=evil.example")
        .get(URI.create(SERVER.packUrl() + path));
  }

  private static JsonNode document() {
    return get("/openapi.json").json();
  }

  /** What a document of the specification looks like, its schemas included. */
  private static Schema specification() throws IOException {
    try (InputStream file = OpenApiIT.class.getResourceAsStream("/openapi-3.1-schema.json")) {
      Map<String, String> known = Map.of(SCHEMA, new String(file.readAllBytes(), UTF_8));
      return SchemaRegistry.withDefaultDialect(
              SpecificationVersion.DRAFT_2020_12, registry -> registry.schemas(known))
          .getSchema(WITH_SCHEMAS, InputFormat.JSON);
    }
  }

  @Test
  void itIsOneOfTheSpecification() throws IOException {
    assertThat(specification().validate(document())).isEmpty();
  }

  /** So that the test above means something. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/info|{'title':'T'}",
        "/paths/~1x|{'get':{'responses':{'200':{}}}}",
        "/components/schemas/X|{'type':'nothing'}",
        "/components/schemas/X|{'properties':{'a':{'minimum':'1'}}}"
      })
  void whatIsNoneIsFound(String where, String what) throws IOException {
    JsonNode document = document();
    int name = where.lastIndexOf('/');
    document
        .withObject(where.substring(0, name))
        .set(where.substring(name + 1).replace("~1", "/"), Json.object(what));

    assertThat(specification().validate(document)).isNotEmpty();
  }

  @Test
  void asYamlItSaysTheSame() throws IOException {
    Answer answer = get("/openapi.yaml");

    assertThat(answer.header("Content-Type").orElse("")).startsWith("application/yaml");
    assertThat(answer.body()).startsWith("openapi: 3.1.").contains("\n  /api/auth/oauth2/token:\n");
    assertThat(new YAMLMapper().readTree(answer.body())).isEqualTo(document());
  }

  @Test
  void itNamesTheServerByItsOwnAddress() {
    JsonNode document = document();
    JsonNode flow = document.at("/components/securitySchemes/accessToken/flows/authorizationCode");

    assertThat(document.path("servers").findValuesAsText("url"))
        .containsExactly(SERVER.publicUrl());
    assertThat(document.at("/externalDocs/url").asText()).isEqualTo(at("/"));
    assertThat(flow.path("authorizationUrl").asText()).isEqualTo(at("/authorize"));
    assertThat(flow.path("tokenUrl").asText()).isEqualTo(at("/token"));
    assertThat(flow.path("refreshUrl").asText()).isEqualTo(at("/token"));
    assertThat(document.toString()).doesNotContain("evil.example");
  }

  private static String at(String path) {
    return SERVER.publicUrl() + "/api/auth/oauth2" + path;
  }

  @Test
  void itNamesTheScopesOfTheCatalog() {
    for (JsonNode flow : document().at("/components/securitySchemes/accessToken/flows")) {
      assertThat(
              flow.path("scopes").properties().stream()
                  .map(scope -> new ScopeTable.Row(scope.getKey(), scope.getValue().asText())))
          .containsExactlyElementsOf(ScopeTable.ROWS);
    }
  }

  @ParameterizedTest
  @CsvSource({"/openapi.json", "/openapi.yaml"})
  void anyOriginMayReadItAndNobodySendsIt(String path) {
    assertThat(get(path).header("Access-Control-Allow-Origin")).isPresent();
    Answer post = TokenClient.anonymous().send("POST", URI.create(SERVER.packUrl() + path));
    ErrorAnswer.assertError(post, 405, "invalid_request");
    assertThat(post.header("Allow")).hasValue("GET, HEAD, OPTIONS");
    Answer preflight =
        TokenClient.anonymous()
            .header("Origin", "https://anywhere.example")
            .header("Access-Control-Request-Method", "GET")
            .send("OPTIONS", URI.create(SERVER.packUrl() + path));
    assertThat(preflight.status()).as(preflight::summary).isIn(200, 204);
    assertThat(preflight.header("Access-Control-Allow-Origin")).isPresent();
  }

  @Test
  void theMetadataLeadsToTheGuideAndTheGuideToIt() {
    String guide =
        TokenClient.anonymous()
            .get(URI.create(SERVER.realmUrl() + "/.well-known/openid-configuration"))
            .json()
            .path("service_documentation")
            .asText();

    assertThat(guide).isEqualTo(at("/"));
    assertThat(
            TokenClient.anonymous().get(URI.create(guide)).document().select("a").eachAttr("href"))
        .contains(at("/openapi.json"), at("/openapi.yaml"));
  }

  /** Each address of the metadata is one that it has. */
  @Test
  void itHasEachAddressOfTheMetadata() {
    JsonNode paths = document().path("paths");
    Map<String, String> endpoints = new TreeMap<>();
    TokenClient.anonymous()
        .get(URI.create(SERVER.realmUrl() + "/.well-known/openid-configuration"))
        .json()
        .properties()
        .forEach(
            member -> {
              if (member.getValue().asText().startsWith(at("/"))) {
                endpoints.put(
                    member.getKey(),
                    member.getValue().asText().substring(SERVER.publicUrl().length()));
              }
            });

    assertThat(endpoints).hasSizeGreaterThanOrEqualTo(9);
    assertThat(endpoints)
        .allSatisfy((member, path) -> assertThat(paths.has(path)).as(path).isTrue());
  }
}
