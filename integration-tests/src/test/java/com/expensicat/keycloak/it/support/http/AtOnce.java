package com.expensicat.keycloak.it.support.http;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What is done at one instant. */
public final class AtOnce {

  private AtOnce() {}

  /** Does that as many times; all results. */
  public static <T> List<T> run(int count, Callable<T> action) {
    return run(Collections.nCopies(count, action));
  }

  /** Does each; their results, in the same order. */
  public static <T> List<T> run(List<? extends Callable<T>> actions) {
    CyclicBarrier start = new CyclicBarrier(actions.size());
    ExecutorService threads = Executors.newFixedThreadPool(actions.size());
    try {
      List<Future<T>> results =
          actions.stream()
              .map(
                  action ->
                      threads.submit(
                          () -> {
                            start.await();
                            return action.call();
                          }))
              .toList();
      return results.stream().map(AtOnce::result).toList();
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}
