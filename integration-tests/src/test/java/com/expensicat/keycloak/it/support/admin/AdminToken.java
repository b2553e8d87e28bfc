package com.expensicat.keycloak.it.support.admin;

import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/** The access token of a person at {@code admin-cli} of the master realm, renewed when stale. */
public final class AdminToken {

  private static final Duration MARGIN = Duration.ofSeconds(15);

  private final URI tokenEndpoint;
  private final Person admin;
  private String value;
  private Instant staleAt = Instant.MIN;

  public AdminToken(String baseUrl, Person admin) {
    this.tokenEndpoint = URI.create(baseUrl + "/realms/master/protocol/openid-connect/token");
    this.admin = admin;
  }

  public synchronized String value() {
    if (Instant.now().isAfter(staleAt)) {
      JsonNode tokens =
          TokenClient.anonymous()
              .post(
                  tokenEndpoint,
                  Parameters.of(
                      "grant_type",
                      "password",
                      "client_id",
                      "admin-cli",
                      "username",
                      admin.username(),
                      "password",
                      admin.password()))
              .json();
      if (!tokens.has("access_token")) {
        throw new AssertionError("No token for the admin: " + tokens);
      }
      value = tokens.get("access_token").asText();
      staleAt = Instant.now().plusSeconds(tokens.get("expires_in").asLong()).minus(MARGIN);
    }
    return value;
  }
}
