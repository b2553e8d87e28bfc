package com.expensicat.keycloak.session.verification;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What comes of a look at a session JWT: something to go on with, or a refusal.
 *
 * @param <T> what it is, or leads to, where it is not refused
 */
public sealed interface Verdict<T> {

  /** It is not refused. */
  record Accepted<T>(T value) implements Verdict<T> {}

  /** It is. */
  record Refused<T>(RefusalReason reason) implements Verdict<T> {}

  /** What follows in the one case or the other. */
  default <R> R either(
      Function<? super T, ? extends R> accepted, Function<RefusalReason, ? extends R> refused) {
    return this instanceof Accepted<T> it
        ? accepted.apply(it.value())
        : refused.apply(((Refused<T>) this).reason());
  }

  /** What the next look says, unless this one was a refusal. */
  default <R> Verdict<R> then(Function<? super T, Verdict<R>> next) {
    return either(next, Refused::new);
  }

  /** The same with something made of the value. */
  default <R> Verdict<R> map(Function<? super T, ? extends R> mapper) {
    return either(value -> new Accepted<>(mapper.apply(value)), Refused::new);
  }

  /** A refusal if that holds of the value. */
  default Verdict<T> unless(Predicate<? super T> problem, RefusalReason reason) {
    return then(value -> problem.test(value) ? new Refused<>(reason) : this);
  }

  /** The same, after something was done with the value. */
  default Verdict<T> onAccepted(Consumer<? super T> action) {
    return map(
        value -> {
          action.accept(value);
          return value;
        });
  }

  /** Why it is refused, if so. */
  default Optional<RefusalReason> refusal() {
    return either(value -> Optional.empty(), Optional::of);
  }

  /** The value, or what is thrown for a refusal. */
  default T orElseThrow(Function<RefusalReason, ? extends RuntimeException> failure) {
    return either(
        Function.identity(),
        reason -> {
          throw failure.apply(reason);
        });
  }
}
