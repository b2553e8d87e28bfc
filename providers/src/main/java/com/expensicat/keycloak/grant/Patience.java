package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.SignOuts;
import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/** Waits with tokens that would be issued in the very second of a sign-out, and be ended by it. */
final class Patience {

  private static final long LONGEST = 1000;

  private Patience() {}

  /** Waits until a token that is issued now counts: a second at most, after a sign-out. */
  static void untilTokensCount(KeycloakSession session, RealmModel realm, UserModel user) {
    long left = SignOuts.notBeforeOf(session, realm, user) * 1000L - Time.currentTimeMillis();
    if (left > 0 && left <= LONGEST) {
      sleep(left);
    }
  }

  static void sleep(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
