package com.expensicat.keycloak.it.support.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.Map;

/** Client registration and its management (RFC 7591, RFC 7592) at one set of addresses. */
public record Registration(KeycloakServer server, Addresses addresses) {

  /** A token that lets its holder register that many clients. */
  public String initialAccessToken(int count) {
    return server
        .admin()
        .post("/clients-initial-access", Map.of("expiration", 600, "count", count))
        .path("token")
        .asText();
  }

  /** What a public client of a stranger says of itself, changed; {@code null} leaves out. */
  public static ObjectNode metadata(JsonNode change) {
    return changed(
        Json.object(
            "{'client_name':'Stranger','redirect_uris':['https://stranger.example/cb'],"
                + "'token_endpoint_auth_method':'none'}"),
        change);
  }

  public static ObjectNode changed(ObjectNode metadata, JsonNode change) {
    ObjectNode changed = metadata.deepCopy();
    change
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isNull()) {
                changed.remove(field.getKey());
              } else {
                changed.set(field.getKey(), field.getValue());
              }
            });
    return changed;
  }

  public Answer register(TokenClient caller, String body) {
    return caller.send("POST", addresses.register(server), BodyKind.JSON.mediaType(), body);
  }

  /** Where a client is read, changed and deleted. */
  public URI of(JsonNode client) {
    return of(client.path("client_id").asText());
  }

  public URI of(String clientId) {
    return URI.create(addresses.register(server) + "/" + clientId);
  }

  public Answer read(JsonNode client) {
    return holder(client).get(of(client));
  }

  public Answer update(JsonNode client, JsonNode metadata) {
    return holder(client).send("PUT", of(client), BodyKind.JSON.mediaType(), Json.write(metadata));
  }

  public Answer delete(JsonNode client) {
    return holder(client).send("DELETE", of(client));
  }

  /** The holder of the registration access token of a client. */
  public static TokenClient holder(JsonNode client) {
    return TokenClient.bearer(client.path("registration_access_token").asText());
  }

  /** As an admin sees it, it can do what a client that registered itself may, and no more. */
  public static void assertWithinThePolicy(JsonNode client) {
    assertThat(client.path("enabled").asBoolean()).isTrue();
    assertThat(client.path("consentRequired").asBoolean()).isTrue();
    assertThat(client.path("standardFlowEnabled").asBoolean()).isTrue();
    assertThat(client.path("implicitFlowEnabled").asBoolean()).isFalse();
    assertThat(client.path("directAccessGrantsEnabled").asBoolean()).isFalse();
    assertThat(client.path("serviceAccountsEnabled").asBoolean()).isFalse();
    assertThat(client.path("authorizationServicesEnabled").asBoolean()).isFalse();
    assertThat(client.path("fullScopeAllowed").asBoolean()).isFalse();
    assertThat(client.path("protocolMappers")).isEmpty();
    assertThat(client.at("/attributes/pkce.code.challenge.method").asText()).isEqualTo("S256");
    assertThat(client.at("/attributes/expensicat.registered-by").asText())
        .isIn("token-holder", "anybody");
    assertThat(client.path("attributes").has("expensicat.first-party")).isFalse();
    assertThat(Json.texts(client.path("defaultClientScopes")))
        .containsExactlyInAnyOrder("basic", "acr", "web-origins", "offline_access");
  }
}
