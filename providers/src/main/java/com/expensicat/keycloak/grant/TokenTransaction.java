package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.http.OAuthErrors;
import com.expensicat.keycloak.http.Unavailable;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.keycloak.OAuthErrorException;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.utils.KeycloakModelUtils;

/**
 * A token request in a transaction that ends before the answer is given, so that the answer can
 * still be no: where the grant was ended meanwhile, and where the database fails. Keycloak commits
 * when it is too late for another answer than 500. A request that is refused changes nothing.
 */
public final class TokenTransaction {

  private static final int TRIES = 3;

  private final KeycloakSession session;

  /**
   * @param session the session of the request, which does nothing itself
   */
  public TokenTransaction(KeycloakSession session) {
    this.session = session;
  }

  /**
   * Runs a request; again where the session of the grant that it gave was removed meanwhile.
   *
   * @param request answers, in the session that it is given
   */
  public Response run(Function<KeycloakSession, Response> request) {
    for (int tried = 1; ; tried++) {
      AtomicReference<KeycloakSession> used = new AtomicReference<>();
      Response response = runOnce(request, used);
      Optional<GrantIssue> issue = issue(used);
      if (issue.isEmpty()) {
        return response;
      }
      Optional<Response> answer = afterwards(issue.get(), response);
      if (answer.isPresent()) {
        return answer.get();
      }
      new GrantEndings(session).undoLost(issue.get());
      if (tried == TRIES) {
        throw Unavailable.exception("The session of a new grant was removed meanwhile");
      }
    }
  }

  private Response runOnce(
      Function<KeycloakSession, Response> request, AtomicReference<KeycloakSession> used) {
    try {
      return KeycloakModelUtils.runJobInTransactionWithResult(
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
      issue(used).ifPresent(issue -> issue.undo(session));
      throw Unavailable.exception(e);
    } catch (RuntimeException e) {
      if (!Unavailable.isWhy(e)) {
        throw e;
      }
      issue(used).ifPresent(issue -> issue.undo(session));
      throw Unavailable.exception(Unavailable.root(e));
    }
  }

  private static Optional<GrantIssue> issue(AtomicReference<KeycloakSession> used) {
    return Optional.ofNullable(used.get()).flatMap(GrantIssue::of);
  }

  /** The answer; empty if what it promises is not there. */
  private Optional<Response> afterwards(GrantIssue issue, Response response) {
    GrantEndings endings = new GrantEndings(session);
    if (issue.isToEnd()) {
      endings.end(issue);
      return Optional.of(response);
    }
    if (response.getStatus() != Response.Status.OK.getStatusCode()) {
      return Optional.of(response);
    }
    switch (look(issue)) {
      case ENDED -> {
        endings.end(issue);
        return Optional.of(
            OAuthErrors.answer(
                    Response.Status.BAD_REQUEST,
                    OAuthErrorException.INVALID_GRANT,
                    "The grant has ended")
                .build());
      }
      case LOST -> {
        return Optional.empty();
      }
      case KEPT -> endings.makeRoom(issue);
    }
    return Optional.of(response);
  }

  /** What has become of a grant whose tokens are in the database. */
  private enum Standing {
    ENDED,
    LOST,
    KEPT
  }

  /**
   * Looks again where the database fails just now, and where that does not help gives a code back:
   * nobody has got the tokens yet, and whoever tries again is to get some.
   */
  private Standing look(GrantIssue issue) {
    for (int tried = 1; ; tried++) {
      try {
        return issue.isFirst()
            ? KeycloakModelUtils.runJobInTransactionWithResult(
                session.getKeycloakSessionFactory(),
                session.getContext(),
                own -> look(issue, own),
                "Look after a token request")
            : look(issue, session);
      } catch (RuntimeException e) {
        if (!Unavailable.isWhy(e)) {
          throw e;
        }
        if (tried == TRIES) {
          issue.undo(session);
          throw Unavailable.exception(Unavailable.root(e));
        }
      }
    }
  }

  private static Standing look(GrantIssue issue, KeycloakSession session) {
    if (!issue.stands(session)) {
      return Standing.ENDED;
    }
    return issue.isKept(session) ? Standing.KEPT : Standing.LOST;
  }
}
