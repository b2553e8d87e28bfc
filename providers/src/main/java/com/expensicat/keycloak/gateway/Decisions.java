package com.expensicat.keycloak.gateway;

import com.expensicat.keycloak.Counters;

/**
 * The counter {@code expensicat.check} of decisions for gateways, by {@code result}: {@code
 * granted}, {@code insufficient_scope}, {@code no_token}, or the error of the event that tells why
 * a token was refused.
 */
final class Decisions {

  static final String GRANTED = "granted";
  static final String NO_TOKEN = "no_token";

  private static final Counters COUNTERS =
      new Counters("expensicat.check", "Decisions for gateways", "result");

  private Decisions() {}

  /**
   * Counts one.
   *
   * @param result a constant of ours or of Keycloak's, of which there are few
   */
  static void count(String result) {
    COUNTERS.count(result);
  }
}
