package com.expensicat.keycloak.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;

/**
 * One way to ask the server about a token.
 *
 * @param kind which tokens it asks about
 * @param client the client that asks, as {@code id:secret}; empty where the token itself is the
 *     request's credential
 */
record Scenario(String name, Kind kind, String path, String client) {

  /** The kinds of token that a server is asked about. */
  enum Kind {
    /** An access token of the authorization code flow. */
    ACCESS_TOKEN,
    /** An access token that a session JWT was exchanged for. */
    EXCHANGED_TOKEN,
    /** A session JWT of the demo's issuer. */
    SESSION_JWT,
    /** An access token of the {@link StockRealm}. */
    STOCK_TOKEN
  }

  static Scenario bearer(String name, Kind kind, String path) {
    return new Scenario(name, kind, path, "");
  }

  /** The requests about these tokens, byte by byte. */
  List<byte[]> requests(URI server, List<String> tokens) {
    return tokens.stream().map(token -> request(server, token)).toList();
  }

  private byte[] request(URI server, String token) {
    String authorization =
        client.isEmpty()
            ? "Bearer " + token
            : "Basic " + Base64.getEncoder().encodeToString(client.getBytes(UTF_8));
    String body = client.isEmpty() ? "" : "token=" + URLEncoder.encode(token, UTF_8);
    StringBuilder request =
        new StringBuilder(client.isEmpty() ? "GET " : "POST ")
            .append(path)
            .append(" HTTP/1.1\r\nHost: ")
            .append(server.getAuthority())
            .append("\r\nAuthorization: ")
            .append(authorization);
    if (!client.isEmpty()) {
      request
          .append("\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ")
          .append(body.length());
    }
    return request.append("\r\n\r\n").append(body).toString().getBytes(ISO_8859_1);
  }
}
