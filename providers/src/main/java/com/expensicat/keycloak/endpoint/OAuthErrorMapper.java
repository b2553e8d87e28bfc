package com.expensicat.keycloak.endpoint;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.Set;
import java.util.TreeSet;
import org.keycloak.OAuthErrorException;
import org.keycloak.models.KeycloakSession;
import org.keycloak.representations.idm.OAuth2ErrorRepresentation;
import org.keycloak.services.ErrorResponseException;
import org.keycloak.services.error.KeycloakErrorHandler;

/**
 * Answers in the form of RFC 6749 5.2 where JAX-RS itself turns a request away (404, 405, 415)
 * below the pack's addresses. Everywhere else Keycloak's own handler answers, as ever.
 */
@Provider
public class OAuthErrorMapper implements ExceptionMapper<WebApplicationException> {

  @Context KeycloakSession session;

  @Override
  public Response toResponse(WebApplicationException exception) {
    String path = session.getContext().getUri().getRequestUri().getPath();
    String below = below(path);
    if (!Addresses.contains(below)) {
      return KeycloakErrorHandler.getResponse(session, exception);
    }
    session.getTransactionManager().setRollbackOnly();
    int status = exception.getResponse().getStatus();
    Response.ResponseBuilder response = json(status, description(status), code(status));
    if (status == Response.Status.METHOD_NOT_ALLOWED.getStatusCode()) {
      Set<String> allowed = new TreeSet<>(Addresses.methods(below));
      allowed.add(HttpMethod.OPTIONS);
      response.header(HttpHeaders.ALLOW, String.join(", ", allowed));
    }
    return response.build();
  }

  /** The path without the one that the server may be mounted at. */
  private String below(String path) {
    String base = session.getContext().getUri().getBaseUri().getPath();
    return path.startsWith(base) ? "/" + path.substring(base.length()) : path;
  }

  private static String code(int status) {
    return status == Response.Status.NOT_FOUND.getStatusCode()
        ? "not_found"
        : OAuthErrorException.INVALID_REQUEST;
  }

  private static String description(int status) {
    return Response.Status.fromStatusCode(status) == null
        ? "Status " + status
        : Response.Status.fromStatusCode(status).getReasonPhrase();
  }

  /**
   * An error with a body of RFC 6749 5.2 that is not cached.
   *
   * @param error the error code
   * @param description for developers, in the characters of RFC 6749 5.2
   */
  static ErrorResponseException error(Response.Status status, String error, String description) {
    return new ErrorResponseException(json(status.getStatusCode(), description, error).build());
  }

  private static Response.ResponseBuilder json(int status, String description, String error) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header("Pragma", "no-cache")
        .entity(new OAuth2ErrorRepresentation(error, description));
  }
}
