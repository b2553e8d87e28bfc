package com.expensicat.keycloak.http;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.NewCookie;
import java.util.Set;
import org.keycloak.http.HttpResponse;

/**
 * The headers that go out beside those of an answer that says itself that it is never cached (RFC
 * 6749 5.1). Keycloak's token endpoint says so here, and every answer would say it twice.
 */
public record UncachedResponse(HttpResponse response) implements HttpResponse {

  public static final String PRAGMA = "Pragma";

  private static final Set<String> SAID_BY_THE_ANSWER = Set.of(HttpHeaders.CACHE_CONTROL, PRAGMA);

  @Override
  public void setHeader(String name, String value) {
    if (!SAID_BY_THE_ANSWER.contains(name)) {
      response.setHeader(name, value);
    }
  }

  @Override
  public void addHeader(String name, String value) {
    response.addHeader(name, value);
  }

  @Override
  public int getStatus() {
    return response.getStatus();
  }

  @Override
  public void setStatus(int status) {
    response.setStatus(status);
  }

  @Override
  public void setCookieIfAbsent(NewCookie cookie) {
    response.setCookieIfAbsent(cookie);
  }
}
