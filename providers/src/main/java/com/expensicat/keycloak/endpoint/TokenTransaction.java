package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.grant.GrantEndings;
import com.expensicat.keycloak.grant.GrantIssue;
import com.expensicat.keycloak.grant.GrantUnavailableException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.keycloak.OAuthErrorException;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.services.ErrorResponseException;

/**
 * A token request in a transaction that ends before the answer is given, so that the answer can
 * still be no: where the grant was ended meanwhile, and where the database fails. Keycloak commits
 * when it is too late for another answer than 500. A request that is refused changes nothing.
 */
final class TokenTransaction {

  private static final Logger logger = Logger.getLogger(TokenTransaction.class);

  /** Seconds after which it is worth while to try again. */
  private static final int RETRY_AFTER = 2;

  private final KeycloakSession session;

  /**
   * @param session the session of the request, which does nothing itself
   */
  TokenTransaction(KeycloakSession session) {
    this.session = session;
  }

  /**
   * Runs a request.
   *
   * @param request answers, in the session that it is given
   */
  Response run(Function<KeycloakSession, Response> request) {
    AtomicReference<KeycloakSession> used = new AtomicReference<>();
    Response response;
    try {
      response =
          KeycloakModelUtils.runJobInTransactionWithResult(
              session.getKeycloakSessionFactory(),
              session.getContext(),
              own -> {
                used.set(own);
                own.getContext().setHttpRequest(session.getContext().getHttpRequest());
                Response answer = request.apply(own);
                if (answer.getStatus() >= Response.Status.BAD_REQUEST.getStatusCode()) {
                  own.getTransactionManager().setRollbackOnly();
                }
                return answer;
              },
              "Token request");
    } catch (GrantUnavailableException e) {
      throw unavailable(e);
    } catch (RuntimeException e) {
      if (!isOfDatabase(e)) {
        throw e;
      }
      issue(used).ifPresent(issue -> issue.undo(session));
      throw unavailable(e);
    }
    return issue(used).map(issue -> afterwards(issue, response)).orElse(response);
  }

  private static Optional<GrantIssue> issue(AtomicReference<KeycloakSession> used) {
    return Optional.ofNullable(used.get()).flatMap(GrantIssue::of);
  }

  private Response afterwards(GrantIssue issue, Response response) {
    GrantEndings endings = new GrantEndings(session);
    if (issue.isToEnd()) {
      endings.end(issue);
      return response;
    }
    if (response.getStatus() != Response.Status.OK.getStatusCode()) {
      return response;
    }
    if (!issue.stands(session)) {
      endings.end(issue);
      return OAuthErrors.answer(
              Response.Status.BAD_REQUEST, OAuthErrorException.INVALID_GRANT, "The grant has ended")
          .build();
    }
    endings.makeRoom(issue);
    return response;
  }

  private static ErrorResponseException unavailable(Exception cause) {
    logger.warnf("A token request could not be served: %s", root(cause));
    return new ErrorResponseException(
        OAuthErrors.answer(
                Response.Status.SERVICE_UNAVAILABLE,
                OAuthErrorException.TEMPORARILY_UNAVAILABLE,
                "Try again later")
            .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER)
            .build());
  }

  private static boolean isOfDatabase(Throwable thrown) {
    return causes(thrown)
        .anyMatch(
            cause ->
                cause instanceof SQLException
                    || Stream.of("jakarta.persistence.", "jakarta.transaction.", "org.hibernate.")
                        .anyMatch(cause.getClass().getName()::startsWith));
  }

  private static Throwable root(Throwable thrown) {
    return causes(thrown).reduce((above, cause) -> cause).orElseThrow();
  }

  private static Stream<Throwable> causes(Throwable thrown) {
    return Stream.iterate(thrown, cause -> cause != null, Throwable::getCause);
  }
}
