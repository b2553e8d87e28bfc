package com.expensicat.keycloak.it.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.UserAgent;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who knows nothing but the API finds the way to a token (RFC 9728). */
class ProtectedResourceIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final String METADATA = "/.well-known/oauth-protected-resource";
  private static final Pattern LINK = Pattern.compile("resource_metadata=\"([^\"]+)\"");

  @Test
  void theApisMetadataNamesTheRealmAndTheScopes() {
    Answer answer = get(METADATA + "/v1");

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(answer.header("Content-Type").orElse("")).startsWith("application/json");
    JsonNode metadata = answer.json();
    assertThat(metadata.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "resource", "authorization_servers", "scopes_supported", "bearer_methods_supported");
    assertThat(metadata.path("resource").asText()).isEqualTo(KeycloakServer.API_ADDRESS);
    assertThat(metadata.at("/authorization_servers/0").asText()).isEqualTo(SERVER.issuer());
    assertThat(Json.texts(metadata.path("scopes_supported")))
        .containsExactlyElementsOf(ScopeTable.SCOPES);
    assertThat(Json.texts(metadata.path("bearer_methods_supported"))).containsExactly("header");
  }

  @Test
  void anyOriginMayReadIt() {
    for (String method : List.of("GET", "OPTIONS")) {
      Answer answer =
          UserAgent.send(
              HttpRequest.newBuilder(address(METADATA + "/v1"))
                  .method(method, BodyPublishers.noBody())
                  .header("Origin", "https://client.example")
                  .header("Access-Control-Request-Method", "GET"));

      assertThat(answer.status()).as(answer::summary).isIn(200, 204);
      assertThat(answer.header("Access-Control-Allow-Origin").orElse(""))
          .isIn("*", "https://client.example");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/v2", "/v1/more", "/V1", "/realms/expensicat"})
  void noOtherResourceIsKnown(String path) {
    Answer answer = get(METADATA + path);

    assertThat(answer.status()).as(answer::summary).isEqualTo(404);
    assertThat(answer.json().path("error").asText()).isEqualTo("not_found");
  }

  @Test
  void eachChallengeNamesTheScopesAndLeadsToTheMetadata() {
    String token =
        AuthorizationFlow.authorizeAt(Addresses.PACK)
            .with("scope", "transactions:read")
            .tokens()
            .json()
            .path("access_token")
            .asText();
    URI check = Gateway.address("invoices:read", "invoices:write");

    for (Answer refused :
        List.of(
            TokenClient.anonymous().get(check),
            TokenClient.bearer("nonsense").get(check),
            TokenClient.bearer(token).get(check))) {
      String challenge = refused.header("WWW-Authenticate").orElseThrow();
      assertThat(challenge)
          .startsWith("Bearer realm=\"expensicat\"")
          .contains("scope=\"invoices:read invoices:write\"");
      Matcher link = LINK.matcher(challenge);
      assertThat(link.find()).as(challenge).isTrue();
      assertThat(UserAgent.send(HttpRequest.newBuilder(URI.create(link.group(1)))).json())
          .isEqualTo(get(METADATA + "/v1").json());
    }
    assertThat(TokenClient.anonymous().get(Gateway.address()).header("WWW-Authenticate"))
        .hasValueSatisfying(challenge -> assertThat(challenge).doesNotContain("scope="));
  }

  private static Answer get(String path) {
    return UserAgent.send(HttpRequest.newBuilder(address(path)));
  }

  private static URI address(String path) {
    return URI.create(SERVER.baseUrl() + path);
  }
}
