package com.expensicat.keycloak.http;

import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import org.keycloak.OAuthErrorException;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.error.KeycloakErrorHandler;

/**
 * Answers at {@link CoveredPaths} where a body breaks off: the client hangs up, is too slow, or
 * sends chunks without a length. Keycloak would answer 500 and log a stack trace for each.
 */
@Provider
public class BrokenBodyMapper implements ExceptionMapper<IOException> {

  /** What reads bodies; an exception from anywhere else is not the client's doing. */
  private static final String READER = "org.jboss.resteasy.reactive.server.vertx.VertxInputStream";

  @Context KeycloakSession session;

  @Override
  public Response toResponse(IOException exception) {
    if (!isBroken(exception)
        || !CoveredPaths.contain(Addresses.path(session.getContext().getUri()))) {
      return KeycloakErrorHandler.getResponse(session, exception);
    }
    session.getTransactionManager().setRollbackOnly();
    return OAuthErrors.answer(
            Response.Status.BAD_REQUEST, OAuthErrorException.INVALID_REQUEST, "The body breaks off")
        .build();
  }

  private static boolean isBroken(IOException exception) {
    StackTraceElement[] trace = exception.getStackTrace();
    return trace.length > 0 && trace[0].getClassName().startsWith(READER);
  }
}
