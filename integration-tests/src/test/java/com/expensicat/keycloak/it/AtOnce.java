package com.expensicat.keycloak.it;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Requests that are sent at one instant. */
final class AtOnce {

  private AtOnce() {}

  /** Sends that many; all answers, in no order. */
  static List<Answer> send(int count, Supplier<Answer> request) throws InterruptedException {
    CyclicBarrier start = new CyclicBarrier(count);
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<Answer>> answers =
          threads.invokeAll(
              Stream.generate(
                      () ->
                          (Callable<Answer>)
                              () -> {
                                start.await();
                                return request.get();
                              })
                  .limit(count)
                  .toList());
      return answers.stream().map(AtOnce::result).toList();
    } finally {
      threads.shutdownNow();
    }
  }

  private static Answer result(Future<Answer> future) {
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
