package com.expensicat.keycloak;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** What can be reached by arrows. */
final class Reach {

  private Reach() {}

  /**
   * All that can be reached.
   *
   * @param start where to begin; itself only in the result if an arrow leads back
   * @param next where arrows lead from one
   */
  static <T> Set<T> from(T start, Function<T, Stream<T>> next) {
    Set<T> found = new HashSet<>();
    Deque<T> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      next.apply(open.pop()).filter(found::add).forEach(open::push);
    }
    return found;
  }
}
