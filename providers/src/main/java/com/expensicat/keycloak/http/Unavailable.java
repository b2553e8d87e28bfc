package com.expensicat.keycloak.http;

import com.expensicat.keycloak.PackSettings;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.keycloak.OAuthErrorException;
import org.keycloak.forms.login.LoginFormsProvider;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ModelDuplicateException;
import org.keycloak.models.ModelException;
import org.keycloak.services.ErrorResponseException;
import org.keycloak.utils.MediaTypeMatcher;

/**
 * The answer where no decision can be made now, since the database or another node does not answer:
 * 503 with {@code Retry-After} (RFC 9110 15.6.4), for a program the error {@code
 * temporarily_unavailable} of RFC 6749, for a person a page. Keycloak answers 500 {@code
 * unknown_error}.
 */
public final class Unavailable {

  private static final Logger logger = Logger.getLogger(Unavailable.class);

  /** Seconds after which it is worth while to try again. */
  private static final int RETRY_AFTER = 2;

  /** A little less than the pause before its second try at a connection, in nanoseconds. */
  private static final long AGROALS_TRY = 900_000_000;

  /** The text of the page, by its name in the themes. */
  private static final String MESSAGE = "expensicatUnavailable";

  /** SQLSTATE class 22: it is the value that was sent, and not the database, that is at fault. */
  private static final String DATA_EXCEPTION = "22";

  private Unavailable() {}

  /**
   * Whether a failure is one of the database, or of the nodes among each other, so that the same
   * request may succeed later.
   */
  public static boolean isWhy(Throwable failure) {
    return causes(failure).anyMatch(Unavailable::isOfDatabaseOrNodes)
        && causes(failure)
            .noneMatch(
                cause ->
                    cause instanceof SQLException sql
                        && sql.getSQLState() != null
                        && sql.getSQLState().startsWith(DATA_EXCEPTION));
  }

  /** As {@link #isWhy}, but for what is there already: Keycloak says so by itself. */
  public static boolean isAnswerTo(Throwable failure) {
    return isWhy(failure) && causes(failure).noneMatch(ModelDuplicateException.class::isInstance);
  }

  /** Of what the database failed by, Keycloak keeps no more than the innermost exception. */
  private static boolean isOfDatabaseOrNodes(Throwable cause) {
    return cause instanceof SQLException
        || (cause instanceof ModelException && cause.getCause() instanceof IOException)
        || Stream.of(
                "jakarta.persistence.", "jakarta.transaction.", "org.hibernate.", "org.infinispan.")
            .anyMatch(cause.getClass().getName()::startsWith);
  }

  /**
   * Whether there is no hope in another try at something that began then and failed: no connection
   * could be had, for as long as Agroal tries at least. One that was cut off fails at once, and the
   * next may be good.
   *
   * @param began by {@link System#nanoTime}
   */
  public static boolean isLasting(Throwable failure, long began) {
    return System.nanoTime() - began > AGROALS_TRY && isOfConnection(root(failure));
  }

  /** Of its own failures Agroal has no SQLSTATE; class 08 is the driver's, 57 the server's. */
  private static boolean isOfConnection(Throwable root) {
    return root instanceof IOException
        || (root instanceof SQLException sql
            && (sql.getSQLState() == null
                || sql.getSQLState().startsWith("08")
                || sql.getSQLState().startsWith("57")));
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
  }

  /** What is at the bottom of a failure. */
  public static Throwable root(Throwable failure) {
    return causes(failure).reduce((above, cause) -> cause).orElseThrow();
  }

  /**
   * As an exception, for a program.
   *
   * @param cause for the log
   */
  public static ErrorResponseException exception(Object cause) {
    logger.warnf("A request cannot be served now: %s", cause);
    return new ErrorResponseException(answer().build());
  }

  /**
   * As {@link #answer(KeycloakSession)}, and a line in the log.
   *
   * @param cause for the log
   */
  static Response answer(KeycloakSession session, Object cause) {
    logger.warnf("A request cannot be served now: %s", cause);
    return answer(session);
  }

  /**
   * For whoever asks: nothing but the status at the address for gateways, a page for a browser, and
   * JSON for all others.
   */
  public static Response answer(KeycloakSession session) {
    String path = Addresses.path(session.getContext().getUri());
    if (Addresses.isCheck(path)) {
      return answer().type((MediaType) null).entity(null).build();
    }
    return MediaTypeMatcher.isHtmlRequest(session.getContext().getHttpRequest().getHttpHeaders())
            && !Addresses.isForPrograms(path)
        ? page(session)
        : answer().build();
  }

  private static Response.ResponseBuilder answer() {
    return OAuthErrors.answer(
            Response.Status.SERVICE_UNAVAILABLE,
            OAuthErrorException.TEMPORARILY_UNAVAILABLE,
            "Try again later")
        .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
  }

  private static Response page(KeycloakSession session) {
    try {
      KeycloakContext context = session.getContext();
      if (context.getRealm() == null) {
        context.setRealm(session.realms().getRealmByName(PackSettings.get().realmName()));
      }
      Response page =
          session
              .getProvider(LoginFormsProvider.class)
              .setError(MESSAGE)
              .createErrorPage(Response.Status.SERVICE_UNAVAILABLE);
      if (page.getStatus() == Response.Status.SERVICE_UNAVAILABLE.getStatusCode()) {
        return Response.fromResponse(page).header(HttpHeaders.RETRY_AFTER, RETRY_AFTER).build();
      }
    } catch (RuntimeException e) {
      logger.debug("There is no page without the database", e);
    }
    return answer()
        .type(MediaType.TEXT_PLAIN_TYPE)
        .entity("The server cannot answer now. Try again in a moment.")
        .build();
  }
}
