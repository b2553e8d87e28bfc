package com.expensicat.keycloak.floor;

import com.expensicat.keycloak.http.OAuthErrors;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Has one line in the log for an authorization request that cannot be read, whatever a stranger
 * made up: a request object, the address of one, a number. Keycloak logs a stack trace of each, at
 * authorize and at PAR, and again where it reads the request a second time.
 */
final class RequestLog {

  /** Keycloak's own messages; held, since the log manager forgets loggers that nobody holds. */
  private static final Logger KEYCLOAK = Logger.getLogger("org.keycloak.services");

  /** "Invalid request", and never anything else. */
  private static final String MESSAGE = "KC-SERVICES0097";

  private static final int LONGEST_REASON = 200;

  private RequestLog() {}

  /** From now on, for all realms of this server. */
  static void withoutTraces() {
    KEYCLOAK.setFilter(RequestLog::withoutTrace);
  }

  /** Puts the reason in the trace's place; keeps every entry. */
  static boolean withoutTrace(LogRecord entry) {
    if (entry.getThrown() != null
        && entry.getMessage() != null
        && entry.getMessage().startsWith(MESSAGE)) {
      String reason = OAuthErrors.printable(entry.getThrown().toString());
      entry.setThrown(null);
      entry.setMessage(
          entry.getMessage()
              + ": "
              + reason.substring(0, Math.min(reason.length(), LONGEST_REASON)));
    }
    return true;
  }
}
