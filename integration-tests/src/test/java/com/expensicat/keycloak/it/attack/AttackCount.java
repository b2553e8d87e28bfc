package com.expensicat.keycloak.it.attack;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Counts the attacks of a test run, and prints at its end how many were tried. */
final class AttackCount implements InvocationInterceptor {

  /** What was tried so far; JUnit closes it after the last test. */
  private static final class Tally implements AutoCloseable {
    private final Set<String> attacks = ConcurrentHashMap.newKeySet();
    private final AtomicInteger runs = new AtomicInteger();

    @Override
    public void close() {
      System.out.println(attacks.size() + " attacks tried, " + runs + " runs");
    }
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    Tally tally =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(AttackCount.class))
            .computeIfAbsent(Tally.class, type -> new Tally(), Tally.class);
    tally.attacks.add(((Attack) invocationContext.getArguments().get(0)).id());
    tally.runs.incrementAndGet();
    invocation.proceed();
  }
}
