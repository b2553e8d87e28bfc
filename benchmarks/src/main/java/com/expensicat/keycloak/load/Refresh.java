package com.expensicat.keycloak.load;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Refreshes with rotation (RFC 6749 6): each refresh token is good once and gives the next. */
final class Refresh implements Work {

  private final Endpoints endpoints;
  private String token;

  /**
   * @param token the first refresh token
   */
  Refresh(Endpoints endpoints, String token) {
    this.endpoints = endpoints;
    this.token = token;
  }

  @Override
  public Optional<byte[]> first() {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("grant_type", "refresh_token");
    parameters.put("refresh_token", token);
    parameters.put("client_id", endpoints.client());
    return Optional.of(
        endpoints.requests().postForm(endpoints.token(), endpoints.credentials(), parameters));
  }

  @Override
  public Optional<byte[]> next(Answer answer) throws WrongAnswerException {
    if (answer.status() != 200) {
      throw new WrongAnswerException("No tokens", answer);
    }
    String next = answer.text("refresh_token");
    if (next.equals(token)) {
      throw new WrongAnswerException("The refresh token stays the same", answer);
    }
    token = next;
    return Optional.empty();
  }
}
