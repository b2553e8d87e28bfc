package com.expensicat.keycloak.endpoint;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The bearer token of a request (RFC 6750 2.1). */
final class BearerToken {

  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +(\\S+) *");

  private BearerToken() {}

  /**
   * The token in the {@code Authorization} header; absent where there is no bearer token.
   *
   * @throws IllegalArgumentException if there is more than one such header, or no token after the
   *     scheme
   */
  static Optional<String> of(HttpHeaders headers) {
    List<String> authorizations = headers.getRequestHeader(HttpHeaders.AUTHORIZATION);
    if (authorizations == null || authorizations.isEmpty()) {
      return Optional.empty();
    }
    if (authorizations.size() > 1) {
      throw new IllegalArgumentException("More than one Authorization header");
    }
    String authorization = authorizations.get(0);
    if (!authorization.regionMatches(true, 0, "bearer", 0, "bearer".length())) {
      return Optional.empty();
    }
    Matcher bearer = BEARER.matcher(authorization);
    if (!bearer.matches()) {
      throw new IllegalArgumentException("The Authorization header has no token");
    }
    return Optional.of(bearer.group(1));
  }
}
