package com.expensicat.keycloak.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The counter {@code expensicat.check} of decisions for gateways, by {@code result}: {@code
 * granted}, {@code insufficient_scope}, {@code no_token}, or the error of the event that tells why
 * a token was refused.
 */
final class Decisions {

  static final String GRANTED = "granted";
  static final String NO_TOKEN = "no_token";

  private static final Map<String, Counter> COUNTERS = new ConcurrentHashMap<>();

  private Decisions() {}

  /**
   * Counts one.
   *
   * @param result a constant of ours or of Keycloak's, of which there are few
   */
  static void count(String result) {
    COUNTERS.computeIfAbsent(result, Decisions::counter).increment();
  }

  private static Counter counter(String result) {
    return Counter.builder("expensicat.check")
        .description("Decisions for gateways")
        .tag("result", result)
        .register(Metrics.globalRegistry);
  }
}
