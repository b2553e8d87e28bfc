package com.expensicat.keycloak.it.cluster;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;

import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Applications that refresh, gateways that check and people who sign in, each request at the next
 * node. Where nobody listens it goes to the one after, as a proxy has it; whatever else is not an
 * answer of success is a failure.
 */
final class Load implements AutoCloseable {

  private static final Duration BETWEEN = Duration.ofMillis(100);

  private final Supplier<? extends KeycloakServer> next;
  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, AtomicInteger> successes = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  Load(Supplier<? extends KeycloakServer> next) {
    this.next = next;
  }

  /** An application that refreshes all the time, from those tokens on. */
  Load refreshing(JsonNode tokens) {
    JsonNode[] last = {tokens};
    return keepDoing(
        "refreshes",
        () ->
            last[0] = good(atNext(node -> DemoApp.refresh(node, Addresses.PACK, last[0]))).json());
  }

  /** A gateway that asks about that token all the time. */
  Load checking(String token, String scope) {
    return keepDoing("checks", () -> good(atNext(node -> Gateway.check(node, token, scope))));
  }

  /** Somebody who signs in, each time in a new browser, and grants what is asked for. */
  Load signingIn(Person person, String scope) {
    return keepDoing(
        "sign-ins",
        () -> {
          AuthorizationFlow flow =
              authorizeAt(Addresses.PACK, next.get()).as(person).with("scope", scope);
          Browser browser = new Browser();
          Answer login = atNext(node -> flow.at(node).start(browser.at(node)));
          Answer signedIn = atNext(node -> browser.at(node).follow(browser.signIn(login, person)));
          Answer back = atNext(node -> browser.at(node).acceptWhereAsked(signedIn));
          String code = flow.callback(back).get("code");
          good(
              atNext(
                  node ->
                      TokenClient.anonymous()
                          .post(Addresses.PACK.token(node), flow.tokenRequest(code))));
        });
  }

  private Load keepDoing(String what, Runnable deed) {
    AtomicInteger done = successes.computeIfAbsent(what, any -> new AtomicInteger());
    Thread thread =
        new Thread(
            () -> {
              while (!over) {
                try {
                  deed.run();
                  done.incrementAndGet();
                } catch (RuntimeException | AssertionError e) {
                  failures.add(what + ": " + e);
                }
                LockSupport.parkNanos(BETWEEN.toNanos());
              }
            },
            what);
    thread.start();
    threads.add(thread);
    return this;
  }

  private static Answer good(Answer answer) {
    if (answer.status() != 200) {
      throw new AssertionError(answer.summary());
    }
    return answer;
  }

  private Answer atNext(Function<KeycloakServer, Answer> request) {
    while (true) {
      try {
        return request.apply(next.get());
      } catch (UncheckedIOException e) {
        if (!(e.getCause() instanceof ConnectException)) {
          throw e;
        }
      }
    }
  }

  /** What was not done, and why. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Ends it, once what is under way is done. */
  void end() {
    over = true;
    threads.forEach(Load::join);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    end();
  }

  @Override
  public String toString() {
    return successes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(done -> done.getValue() + " " + done.getKey())
        .collect(Collectors.joining(", ", "", ", " + failures.size() + " failed"));
  }
}
