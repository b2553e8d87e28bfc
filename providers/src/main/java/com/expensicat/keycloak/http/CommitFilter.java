package com.expensicat.keycloak.http;

import jakarta.annotation.Priority;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.stream.Stream;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakTransactionManager;
import org.keycloak.transaction.JtaTransactionManagerLookup;

/**
 * Ends the transaction of a request at {@link CoveredPaths} while its answer can still become
 * another: what is not in the database was not done. Keycloak commits when it is too late for more
 * than an empty 500, and where it caught a failure of the database, says of it whatever it says of
 * anything: that a token is not active, or that somebody cannot be signed in.
 */
@Provider
@Priority(CommitFilter.PRIORITY)
public class CommitFilter implements ContainerResponseFilter {

  /**
   * After the filters that work on the answer, which may write, and before Keycloak's {@code
   * CloseSessionFilter}, the last of all.
   */
  static final int PRIORITY = 1000;

  @Context KeycloakSession session;

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    Object entity = response.getEntity();
    KeycloakTransactionManager transactions = session.getTransactionManager();
    if (entity instanceof Stream
        || entity instanceof StreamingOutput
        || !transactions.isActive()
        || !CoveredPaths.contain(Addresses.path(request))) {
      return;
    }
    if (hasFailed() && (isSuccess(response) || isPage(response))) {
      transactions.setRollbackOnly();
      replace(response, Unavailable.answer(session, "the database failed on the way"));
    } else if (!transactions.getRollbackOnly()) {
      commit(transactions, response);
    }
  }

  private void commit(KeycloakTransactionManager transactions, ContainerResponseContext response) {
    try {
      transactions.commit();
    } catch (RuntimeException e) {
      if (!Unavailable.isAnswerTo(e)) {
        throw e;
      }
      replace(response, Unavailable.answer(session, Unavailable.root(e)));
    }
  }

  /** Whether the database failed and somebody caught that: Hibernate has marked the transaction. */
  private boolean hasFailed() {
    try {
      return session
              .getProvider(JtaTransactionManagerLookup.class)
              .getTransactionManager()
              .getStatus()
          == Status.STATUS_MARKED_ROLLBACK;
    } catch (SystemException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isSuccess(ContainerResponseContext response) {
    return response.getStatus() < Response.Status.BAD_REQUEST.getStatusCode();
  }

  private static boolean isPage(ContainerResponseContext response) {
    return response.getMediaType() != null
        && response.getMediaType().isCompatible(MediaType.TEXT_HTML_TYPE);
  }

  private static void replace(ContainerResponseContext response, Response by) {
    response.setStatusInfo(by.getStatusInfo());
    response.getHeaders().remove(HttpHeaders.LOCATION);
    by.getHeaders().forEach((name, values) -> response.getHeaders().put(name, List.copyOf(values)));
    response.setEntity(by.getEntity(), new java.lang.annotation.Annotation[0], by.getMediaType());
  }
}
