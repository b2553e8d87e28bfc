package com.expensicat.keycloak.it.interop;

import com.expensicat.keycloak.it.support.admin.Person;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** An OAuth client that nobody here wrote, for one grant of one person. */
interface ForeignClient extends AutoCloseable {

  /**
   * What came of a login.
   *
   * @param subject the person's id, as the client took it from an ID token that it checked, or as
   *     userinfo told it
   */
  record Login(String clientId, String subject, String accessToken) {

    /** Out of a token response, with the {@code subject} beside it. */
    static Login of(String clientId, JsonNode tokens) {
      return new Login(
          clientId, tokens.path("subject").asText(), tokens.path("access_token").asText());
    }
  }

  /**
   * Reads the metadata, sends the person to the address that is named there, through login and
   * consent, and redeems the code.
   */
  Login logIn(Person person);

  /** Ends it, and starts it with what it has stored; one that has stored nothing goes on. */
  default void restart() {}

  /** The next access token; empty where the server refuses one. */
  Optional<String> refresh();

  /** Gives the grant back (RFC 7009). */
  void revoke();

  /** Its version, as it tells it itself; known after the login. */
  String version();

  @Override
  void close();

  /** Of the answer to a refresh: the access token, or none beside an {@code error}. */
  static Optional<String> accessToken(JsonNode answer) {
    if (answer.has("error")) {
      return Optional.empty();
    }
    return Optional.of(answer.path("access_token").asText());
  }
}
