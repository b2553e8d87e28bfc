package com.expensicat.keycloak.it.support.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.platform.commons.support.ReflectionSupport;

/** The whole test run: what lasts as long as it does. */
public final class TestRun {

  private static final Deque<Runnable> ENDINGS = new ArrayDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(TestRun::end, "end of the test run"));
  }

  private TestRun() {}

  /** All classes with tests. */
  public static List<Class<?>> classes() {
    return ReflectionSupport.findAllClassesInPackage(
        "com.expensicat.keycloak.it", type -> true, name -> name.endsWith("IT"));
  }

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
