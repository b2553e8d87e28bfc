package com.expensicat.keycloak;

import static java.util.stream.Collectors.toMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What has its access ended, counted by {@code expensicat.ending} at the node that ends it. */
public enum Ending {
  /** One grant: its refresh token revoked, or something of it used twice. */
  GRANT,
  /** All grants of a person and application, or those for one organisation: access taken away. */
  APPLICATION,
  /** A person's grants for an organisation that the person leaves. */
  ORGANIZATION,
  /** All of a person: signed out everywhere. */
  PERSON,
  /** Everybody: signed out by an admin. */
  EVERYBODY,
  /** A session JWT: revoked. */
  SESSION_JWT;

  private static final Map<Ending, Counter> COUNTERS =
      Stream.of(values()).collect(toMap(ending -> ending, Ending::counter));

  private static Counter counter(Ending ending) {
    return Counter.builder("expensicat.ending")
        .description("What had its access ended")
        .tag("of", ending.name().toLowerCase(Locale.ROOT))
        .register(Metrics.globalRegistry);
  }

  /** Has each kind among the metrics before the first of it, as zero. */
  public static void show() {
    COUNTERS.values().forEach(counter -> counter.increment(0));
  }

  /** Counts one. */
  public void count() {
    COUNTERS.get(this).increment();
  }
}
