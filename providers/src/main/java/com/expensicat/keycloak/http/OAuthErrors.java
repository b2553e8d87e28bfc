package com.expensicat.keycloak.http;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.keycloak.representations.idm.OAuth2ErrorRepresentation;
import org.keycloak.services.ErrorResponseException;

/** Errors in the form of RFC 6749 5.2, which are never cached. */
public final class OAuthErrors {

  /** The code where there is nothing at a path; no RFC has one. */
  public static final String NOT_FOUND = "not_found";

  private OAuthErrors() {}

  /** A description with a question mark for each character that RFC 6749 5.2 does not allow. */
  public static String printable(String description) {
    return description.replaceAll("[^\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]", "?");
  }

  /**
   * An error as an answer.
   *
   * @param error the error code
   * @param description for developers, in the characters of RFC 6749 5.2
   */
  public static Response.ResponseBuilder answer(
      Response.Status status, String error, String description) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header(UncachedResponse.PRAGMA, "no-cache")
        .entity(new OAuth2ErrorRepresentation(error, description));
  }

  /** The same as an exception, which also undoes what the request has changed. */
  public static ErrorResponseException exception(
      Response.Status status, String error, String description) {
    return new ErrorResponseException(answer(status, error, description).build());
  }
}
