package com.expensicat.keycloak.it.support.oauth;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;

/** What the demo application does with its tokens, behind the browser. */
public final class DemoApp {

  private DemoApp() {}

  /** The refresh request (RFC 6749 6) for the tokens of a token response. */
  public static Parameters refreshRequest(JsonNode tokens) {
    return Parameters.of(
        "grant_type",
        "refresh_token",
        "client_id",
        AuthorizationFlow.DEMO_APP,
        "refresh_token",
        tokens.path("refresh_token").asText());
  }

  public static Answer refresh(Addresses addresses, JsonNode tokens) {
    return refresh(KeycloakServer.shared(), addresses, tokens);
  }

  public static Answer refresh(KeycloakServer server, Addresses addresses, JsonNode tokens) {
    return TokenClient.anonymous().post(addresses.token(server), refreshRequest(tokens));
  }

  /** The revocation request (RFC 7009 2.1) for one token. */
  public static Answer revoke(Addresses addresses, String token) {
    return revoke(KeycloakServer.shared(), addresses, token);
  }

  public static Answer revoke(KeycloakServer server, Addresses addresses, String token) {
    return TokenClient.anonymous()
        .post(
            addresses.revoke(server),
            Parameters.of("client_id", AuthorizationFlow.DEMO_APP, "token", token));
  }
}
