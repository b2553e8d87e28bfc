package com.expensicat.keycloak.it.support.session;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;

/** The exchange of a session JWT for an access token (RFC 8693) by a client. */
public record SessionExchange(TokenClient client) {

  static final String JWT_TYPE = "urn:ietf:params:oauth:token-type:jwt";
  public static final String ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token";

  /** By the house's own web application, which issuers have to name. */
  public static final SessionExchange WEB =
      new SessionExchange(TokenClient.basic("expensicat-web", "expensicat-web-dev-secret"));

  /** The request for a token of no scope. */
  public static Parameters request(String sessionJwt) {
    return Parameters.of(
        "grant_type",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token",
        sessionJwt,
        "subject_token_type",
        JWT_TYPE);
  }

  public static Parameters request(String sessionJwt, String scope) {
    return request(sessionJwt).with("scope", scope);
  }

  public Answer send(Addresses addresses, Parameters request) {
    return send(KeycloakServer.shared(), addresses, request);
  }

  public Answer send(KeycloakServer server, Addresses addresses, Parameters request) {
    return client.post(addresses.token(server), request);
  }

  public Answer send(Addresses addresses, String sessionJwt, String scope) {
    return send(addresses, request(sessionJwt, scope));
  }
}
