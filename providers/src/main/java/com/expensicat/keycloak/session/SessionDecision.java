package com.expensicat.keycloak.session;

/** Whether a session JWT is accepted. */
public sealed interface SessionDecision {

  /** It is, and stands for a user. */
  record Accepted(AcceptedSession session) implements SessionDecision {}

  /** It is not. */
  record Refused(RefusalReason reason) implements SessionDecision {}
}
