package com.expensicat.keycloak.examples.api;

import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;

/** What every refusal says: {@code {"error":{"code":"NOT_FOUND","message":"…"}}}. */
record ErrorBody(Fault error) {

  private static final Map<HttpStatusCode, String> MESSAGES =
      Map.of(
          HttpStatus.BAD_REQUEST, "The request cannot be understood",
          HttpStatus.UNAUTHORIZED, "A valid token is needed",
          HttpStatus.FORBIDDEN, "The token does not hold the scope that is needed",
          HttpStatus.NOT_FOUND, "There is nothing at this address",
          HttpStatus.METHOD_NOT_ALLOWED, "The address does not take this method",
          HttpStatus.NOT_ACCEPTABLE, "The address answers application/json",
          HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The address takes application/json",
          HttpStatus.SERVICE_UNAVAILABLE, "Nobody can tell now whether the token is valid");

  /**
   * One error.
   *
   * @param code a name for programs, in capitals
   * @param message a sentence for developers
   */
  record Fault(String code, String message) {}

  /** The error of that status, in words that tell nothing about the inside. */
  static ErrorBody of(HttpStatusCode status) {
    return of(status, MESSAGES.getOrDefault(status, "The request cannot be answered"));
  }

  static ErrorBody of(HttpStatusCode status, String message) {
    HttpStatus known = HttpStatus.resolve(status.value());
    return new ErrorBody(new Fault(known == null ? "ERROR" : known.name(), message));
  }
}
