package com.expensicat.keycloak.http;

import java.util.Optional;

/**
 * The parameter {@code max_age} of an authorization request (OpenID Connect Core 3.1.2.1). Where it
 * is no number, Keycloak logs a stack trace and shows a page; a negative one it takes.
 */
public final class MaxAge {

  /** What stands for a value that is not a number of seconds; {@link #flaw} refuses it. */
  private static final String UNREADABLE = "-1";

  private MaxAge() {}

  /**
   * The value, or a negative number where it is none that Keycloak can read.
   *
   * @param value what was sent
   */
  static String readable(String value) {
    try {
      return value.matches("[0-9]+") ? Integer.toString(Integer.parseInt(value)) : UNREADABLE;
    } catch (NumberFormatException e) {
      return UNREADABLE;
    }
  }

  /**
   * What is wrong with it.
   *
   * @param seconds the value as Keycloak has read it, or null
   * @return a description for the client; empty if it is good, or not there
   */
  public static Optional<String> flaw(Integer seconds) {
    return seconds != null && seconds < 0
        ? Optional.of("The max_age is not a number of seconds")
        : Optional.empty();
  }
}
