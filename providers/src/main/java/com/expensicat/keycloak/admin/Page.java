package com.expensicat.keycloak.admin;

import java.util.List;
import java.util.stream.Stream;

/**
 * A part of a long list.
 *
 * @param first how many entries to leave out
 * @param max how many to give; {@link #MOST} at most
 */
record Page(int first, int max) {

  static final int MOST = 100;
  static final String DEFAULT_MAX = "100";

  /** A negative number counts as 0, a {@code max} above {@link #MOST} as that. */
  Page {
    first = Math.max(0, first);
    max = Math.min(Math.max(0, max), MOST);
  }

  <T> List<T> of(Stream<T> all) {
    return all.skip(first).limit(max).toList();
  }
}
