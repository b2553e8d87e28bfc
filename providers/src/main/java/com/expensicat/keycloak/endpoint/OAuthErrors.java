package com.expensicat.keycloak.endpoint;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.keycloak.representations.idm.OAuth2ErrorRepresentation;
import org.keycloak.services.ErrorResponseException;

/** Errors in the form of RFC 6749 5.2, which are never cached. */
final class OAuthErrors {

  private OAuthErrors() {}

  /**
   * An error as an answer.
   *
   * @param error the error code
   * @param description for developers, in the characters of RFC 6749 5.2
   */
  static Response.ResponseBuilder answer(Response.Status status, String error, String description) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header("Pragma", "no-cache")
        .entity(new OAuth2ErrorRepresentation(error, description));
  }

  /** The same as an exception, which also undoes what the request has changed. */
  static ErrorResponseException exception(
      Response.Status status, String error, String description) {
    return new ErrorResponseException(answer(status, error, description).build());
  }
}
