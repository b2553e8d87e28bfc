package com.expensicat.keycloak.http;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** What an answer says of caches. */
public final class CacheHeader {

  private CacheHeader() {}

  /** The answer with one {@code Cache-Control} in the place of whatever Keycloak has said. */
  public static Response.ResponseBuilder set(Response answer, String value) {
    return Response.fromResponse(answer)
        .header(HttpHeaders.CACHE_CONTROL, null)
        .header(HttpHeaders.CACHE_CONTROL, value);
  }
}
