package com.expensicat.keycloak.it;

import java.util.ArrayDeque;
import java.util.Deque;

/** The whole test run: what lasts as long as it does. */
final class TestRun {

  private static final Deque<Runnable> ENDINGS = new ArrayDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(TestRun::end, "end of the test run"));
  }

  private TestRun() {}

  /** Does that when the JVM ends: what came last goes first, so a server before its database. */
  static void atEnd(Runnable ending) {
    synchronized (ENDINGS) {
      ENDINGS.push(ending);
    }
  }

  private static void end() {
    synchronized (ENDINGS) {
      for (Runnable ending : ENDINGS) {
        try {
          ending.run();
        } catch (RuntimeException e) {
          System.err.println("At the end of the test run: " + e);
        }
      }
    }
  }
}
