package com.expensicat.keycloak.http;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Set;
import java.util.TreeSet;
import org.keycloak.OAuthErrorException;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.error.KeycloakErrorHandler;

/**
 * Answers in the form of RFC 6749 5.2 where a request is turned away before it reaches an endpoint:
 * by JAX-RS (404, 405, 415) below the pack's addresses, and at all {@link CoveredPaths} by a form
 * that cannot be decoded (keycloak/keycloak#37935, #17513) or has a thousand parameters, and where
 * the database or another node does not answer ({@link Unavailable}); for all of these Keycloak
 * would answer 500 and log a stack trace. Everywhere else Keycloak's own handler answers, as ever.
 */
@Provider
public class OAuthErrorMapper implements ExceptionMapper<RuntimeException> {

  @Context KeycloakSession session;

  @Override
  public Response toResponse(RuntimeException exception) {
    String path = Addresses.path(session.getContext().getUri());
    if (exception instanceof WebApplicationException turnedAway && Addresses.contains(path)) {
      session.getTransactionManager().setRollbackOnly();
      return turnedAway(turnedAway.getResponse().getStatusInfo(), path);
    }
    if (isUndecodable(exception) && CoveredPaths.contain(path)) {
      session.getTransactionManager().setRollbackOnly();
      return OAuthErrors.answer(
              Response.Status.BAD_REQUEST,
              OAuthErrorException.INVALID_REQUEST,
              "The body cannot be decoded")
          .build();
    }
    if (Unavailable.isAnswerTo(exception) && CoveredPaths.contain(path)) {
      session.getTransactionManager().setRollbackOnly();
      return Unavailable.answer(session, Unavailable.root(exception));
    }
    return KeycloakErrorHandler.getResponse(session, exception);
  }

  /** RESTEasy Reactive has no types of its own for these; a charset that is none is the JDK's. */
  private static boolean isUndecodable(RuntimeException exception) {
    String message = exception.getMessage();
    return exception instanceof IllegalCharsetNameException
        || exception instanceof UnsupportedCharsetException
        || (message != null
            && (message.startsWith("Failed to decode URL")
                || message.startsWith("Param limit of")));
  }

  private static Response turnedAway(Response.StatusType status, String path) {
    Response.Status known = Response.Status.fromStatusCode(status.getStatusCode());
    Response.ResponseBuilder response =
        OAuthErrors.answer(
            known == null ? Response.Status.BAD_REQUEST : known,
            known == Response.Status.NOT_FOUND
                ? OAuthErrors.NOT_FOUND
                : OAuthErrorException.INVALID_REQUEST,
            status.getReasonPhrase());
    if (known == Response.Status.METHOD_NOT_ALLOWED) {
      Set<String> allowed = new TreeSet<>(Addresses.methods(path));
      allowed.add(HttpMethod.OPTIONS);
      response.header(HttpHeaders.ALLOW, String.join(", ", allowed));
    }
    return response.build();
  }
}
