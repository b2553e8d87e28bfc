package com.expensicat.keycloak.it.support.oauth;

import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;

/** An API that has tokens checked (RFC 7662). */
public record ResourceServer(TokenClient client) {

  /** The one of the demo overlay. */
  public static final ResourceServer API =
      new ResourceServer(TokenClient.basic("expensicat-api", "expensicat-api-dev-secret"));

  /** What the shared server says of a token. */
  public JsonNode introspect(Addresses addresses, String token) {
    return introspect(KeycloakServer.shared(), addresses, token);
  }

  /** What a server says of a token. */
  public JsonNode introspect(KeycloakServer server, Addresses addresses, String token) {
    return client.post(addresses.introspect(server), Parameters.of("token", token)).json();
  }
}
