package com.expensicat.keycloak;

import java.util.Locale;

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

  private static final Counters COUNTERS =
      new Counters("expensicat.ending", "What had its access ended", "of");

  private final String tag = name().toLowerCase(Locale.ROOT);

  /** Has each kind among the metrics before the first of it, as zero. */
  public static void show() {
    for (Ending ending : values()) {
      COUNTERS.show(ending.tag);
    }
  }

  /** Counts one. */
  public void count() {
    COUNTERS.count(tag);
  }
}
