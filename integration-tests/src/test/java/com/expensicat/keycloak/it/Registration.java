package com.expensicat.keycloak.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.Map;

/** Client registration and its management (RFC 7591, RFC 7592) at one set of addresses. */
record Registration(KeycloakServer server, Addresses addresses) {

  /** A token that lets its holder register that many clients. */
  String initialAccessToken(int count) {
    return server
        .admin()
        .post("/clients-initial-access", Map.of("expiration", 600, "count", count))
        .path("token")
        .asText();
  }

  /** What a public client of a stranger says of itself, changed; {@code null} leaves out. */
  static ObjectNode metadata(JsonNode change) {
    return changed(
        Json.object(
            "{'client_name':'Stranger','redirect_uris':['https://stranger.example/cb'],"
                + "'token_endpoint_auth_method':'none'}"),
        change);
  }

  static ObjectNode changed(ObjectNode metadata, JsonNode change) {
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

  Answer register(TokenClient caller, String body) {
    return caller.send("POST", addresses.register(server), BodyKind.JSON.mediaType(), body);
  }

  /** Where a client is read, changed and deleted. */
  URI of(JsonNode client) {
    return of(client.path("client_id").asText());
  }

  URI of(String clientId) {
    return URI.create(addresses.register(server) + "/" + clientId);
  }

  Answer read(JsonNode client) {
    return holder(client).get(of(client));
  }

  Answer update(JsonNode client, JsonNode metadata) {
    return holder(client).send("PUT", of(client), BodyKind.JSON.mediaType(), Json.write(metadata));
  }

  Answer delete(JsonNode client) {
    return holder(client).send("DELETE", of(client));
  }

  /** The holder of the registration access token of a client. */
  static TokenClient holder(JsonNode client) {
    return TokenClient.bearer(client.path("registration_access_token").asText());
  }

  /** As an admin sees it, it can do what a client that registered itself may, and no more. */
  static void assertWithinThePolicy(JsonNode client) {
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
