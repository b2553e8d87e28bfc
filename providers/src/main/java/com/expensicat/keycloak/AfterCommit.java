package com.expensicat.keycloak;

import org.keycloak.models.AbstractKeycloakTransaction;
import org.keycloak.models.KeycloakSession;

/** What is done once the transaction of a request has ended well, before its answer is given. */
public final class AfterCommit {

  private AfterCommit() {}

  /** Does it after the transaction of {@code session}, and not at all if that is undone. */
  public static void run(KeycloakSession session, Runnable work) {
    session
        .getTransactionManager()
        .enlistAfterCompletion(
            new AbstractKeycloakTransaction() {
              @Override
              protected void commitImpl() {
                work.run();
              }

              @Override
              protected void rollbackImpl() {}
            });
  }
}
