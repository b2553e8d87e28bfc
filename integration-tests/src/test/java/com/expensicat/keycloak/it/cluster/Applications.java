package com.expensicat.keycloak.it.cluster;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.AtOnce;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.Programs;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Applications that people sign in to, each step at any node that is ready, and that refresh,
 * revoke and show their tokens, as fast as they can, while something happens to the servers. What
 * fails by its connection or gets a 503 they try again, at another node. Closing them takes the
 * people away.
 */
final class Applications implements AutoCloseable {

  private static final String SCOPE = "transactions:read";
  private static final int COUNT = 6;
  private static final int SHOWN = 3;

  /** Fewer than the most grants that one person may give one application. */
  private static final int MOST_GRANTS = 12;

  private static final Duration LONGEST_OPERATION = Duration.ofMinutes(2);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
  private static final Duration BETWEEN_HEALTH_CHECKS = Duration.ofMillis(100);

  private final Cluster cluster;
  private final TestIssuer issuer;
  private final List<Application> all;
  private final Map<ServerProcess, Long> unreadySince = new ConcurrentHashMap<>();
  private final AtomicInteger flows = new AtomicInteger();
  private final AtomicInteger restarted = new AtomicInteger();
  private final AtomicInteger refreshes = new AtomicInteger();
  private final AtomicInteger revocations = new AtomicInteger();
  private final AtomicInteger checks = new AtomicInteger();
  private final AtomicInteger unavailable = new AtomicInteger();
  private final AtomicInteger gone = new AtomicInteger();
  private final AtomicInteger lost = new AtomicInteger();
  private final AtomicLong longest = new AtomicLong();
  private final AtomicLong longestSilence = new AtomicLong();
  private final AtomicLong longestUnready = new AtomicLong();
  private final AtomicLong lastSuccess = new AtomicLong();
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private volatile boolean over;
  private final List<Thread> threads = new ArrayList<>();

  private Applications(Cluster cluster) {
    this.cluster = cluster;
    this.issuer = TestIssuer.trusted(cluster.node(1), TestIssuer.newSubject(), Map.of());
    this.all = IntStream.range(0, COUNT).mapToObj(number -> new Application()).toList();
  }

  /** Has them begin at the nodes of a cluster. */
  static Applications at(Cluster cluster) {
    Applications applications = new Applications(cluster);
    applications.begin();
    return applications;
  }

  private void begin() {
    lastSuccess.set(System.nanoTime());
    threads.add(new Thread(this::watchHealth, "health"));
    all.forEach(one -> threads.add(new Thread(one::run, "application")));
    threads.forEach(Thread::start);
  }

  /** Waits until they have done so many flows and refreshes more. */
  void goOnFor(int operations) {
    int goal = done() + operations;
    long began = System.nanoTime();
    while (done() < goal) {
      if (System.nanoTime() - began > LONGEST_WAIT.toNanos()) {
        throw new AssertionError("Nothing goes on: " + this + wrong.stream().limit(SHOWN).toList());
      }
      Programs.pause(BETWEEN_HEALTH_CHECKS);
    }
  }

  private int done() {
    return flows.get() + refreshes.get();
  }

  /** Has each finish what it is at, and nothing more. */
  void end() {
    over = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * Nothing was answered but what is right, or that it could not be decided; all that was answered
   * with success is so at every node, and what was ended has stayed ended.
   */
  void assertAllIsAsAnswered() {
    assertThat(wrong.stream().limit(SHOWN)).as(this::toString).isEmpty();
    AtOnce.run(
        all.stream()
            .<Callable<Void>>map(
                one ->
                    () -> {
                      one.assertAllIsAsAnswered();
                      return null;
                    })
            .toList());
  }

  /** Nobody had to try anything twice. */
  void assertNothingFailed() {
    assertThat(List.of(gone.get(), unavailable.get())).as(this::toString).containsOnly(0);
  }

  /** What they met, for people to read. */
  @Override
  public String toString() {
    return "%d flows (%d begun anew), %d refreshes, %d revocations, %d checks; %d failed by connection, %d got 503, %d answers were lost, %d wrong; longest operation %.1f s, longest time without success %.1f s, no node ready for %.1f s"
        .formatted(
            flows.get(),
            restarted.get(),
            refreshes.get(),
            revocations.get(),
            checks.get(),
            gone.get(),
            unavailable.get(),
            lost.get(),
            wrong.size(),
            seconds(longest),
            seconds(longestSilence),
            seconds(longestUnready));
  }

  private static double seconds(AtomicLong nanos) {
    return nanos.get() / 1e9;
  }

  @Override
  public void close() {
    end();
    issuer.close();
    all.forEach(one -> one.person.close());
  }

  private void watchHealth() {
    long lastReady = System.nanoTime();
    while (!over) {
      for (ServerProcess node : cluster.nodes()) {
        if (node.isReady()) {
          unreadySince.remove(node);
        } else {
          unreadySince.putIfAbsent(node, System.nanoTime());
        }
      }
      long now = System.nanoTime();
      if (unreadySince.size() < cluster.nodes().size()) {
        lastReady = now;
      }
      raise(longestUnready, now - lastReady);
      Programs.pause(BETWEEN_HEALTH_CHECKS);
    }
  }

  private static void raise(AtomicLong most, long value) {
    most.accumulateAndGet(value, Math::max);
  }

  /** Any node that is ready, or any at all where none is. */
  private ServerProcess anyNode() {
    List<ServerProcess> ready =
        cluster.nodes().stream().filter(node -> !unreadySince.containsKey(node)).toList();
    List<ServerProcess> some = ready.isEmpty() ? cluster.nodes() : ready;
    return some.get(ThreadLocalRandom.current().nextInt(some.size()));
  }

  private static boolean isUnavailable(Answer answer) {
    return (answer.status() == 503 && answer.header("Retry-After").isPresent())
        || answer
            .location()
            .map(URI::toString)
            .orElse("")
            .contains("error=temporarily_unavailable");
  }

  /**
   * What came of something that was tried until there was an answer.
   *
   * @param lost whether an answer before that one may not have arrived
   */
  private record Outcome(Answer answer, boolean lost) {}

  /** A step of a flow that has to begin anew. */
  private static final class Interrupted extends Exception {
    private static final long serialVersionUID = 1;
  }

  /** One person's application. */
  private final class Application {

    private final NewPerson person = NewPerson.join(cluster.node(1));
    private final Deque<JsonNode> grants = new ArrayDeque<>();
    private final List<JsonNode> ended = new ArrayList<>();

    private void run() {
      for (int round = 0; !over; round++) {
        measured(this::signIn);
        measured(this::refresh);
        measured(this::refresh);
        measured(this::check);
        if (round % 4 == 0) {
          measured(this::checkSomebodyNew);
        }
        if (grants.size() >= MOST_GRANTS) {
          measured(this::revoke);
        }
      }
    }

    private void measured(Runnable operation) {
      long began = System.nanoTime();
      try {
        operation.run();
        long now = System.nanoTime();
        raise(longestSilence, now - lastSuccess.getAndSet(now));
      } catch (AssertionError | RuntimeException e) {
        wrong.add(String.valueOf(e.getMessage()));
      }
      raise(longest, System.nanoTime() - began);
    }

    private void signIn() {
      AuthorizationFlow flow =
          authorizeAt(Addresses.PACK, cluster.node(1)).as(person.person()).with("scope", SCOPE);
      String code = code(flow);
      Outcome outcome =
          tried(
              node ->
                  TokenClient.anonymous()
                      .post(Addresses.PACK.token(node), flow.tokenRequest(code)));
      taken(outcome).ifPresent(grants::addLast);
      flows.incrementAndGet();
    }

    /** Walks through the pages, from the first one where a step fails by its connection. */
    private String code(AuthorizationFlow flow) {
      long began = System.nanoTime();
      while (System.nanoTime() - began < LONGEST_OPERATION.toNanos()) {
        try {
          Browser browser = new Browser();
          Answer login = step(browser, node -> flow.at(node).start(browser));
          Answer next =
              step(browser, node -> browser.follow(browser.signIn(login, person.person())));
          if (next.form(Browser.LOGIN_FORM).isPresent()) {
            throw new Interrupted(); // the person's last sign-in is not counted yet
          }
          Answer back = step(browser, node -> browser.acceptWhereAsked(next));
          return flow.callback(back).get("code");
        } catch (Interrupted e) {
          restarted.incrementAndGet();
        }
      }
      throw new AssertionError("A flow takes too long.");
    }

    private Answer step(Browser browser, Function<ServerProcess, Answer> step) throws Interrupted {
      ServerProcess node = anyNode();
      browser.at(node);
      try {
        Answer answer = step.apply(node);
        if (!isUnavailable(answer)) {
          return answer;
        }
        unavailable.incrementAndGet();
        awaitRetry(answer);
      } catch (UncheckedIOException e) {
        gone.incrementAndGet();
        Programs.pause(BETWEEN_HEALTH_CHECKS);
      }
      throw new Interrupted();
    }

    private void refresh() {
      if (grants.isEmpty()) {
        return;
      }
      JsonNode tokens = grants.removeFirst();
      Outcome outcome = tried(node -> DemoApp.refresh(node, Addresses.PACK, tokens));
      taken(outcome).ifPresent(grants::addLast);
      refreshes.incrementAndGet();
    }

    /** The tokens of an answer; none where somebody else may have got them. */
    private Optional<JsonNode> taken(Outcome outcome) {
      Answer answer = outcome.answer();
      if (outcome.lost() && answer.status() == 400) {
        lost.incrementAndGet();
        return Optional.empty();
      }
      assertThat(answer.status()).as(answer::summary).isEqualTo(200);
      return Optional.of(answer.json());
    }

    private void revoke() {
      JsonNode tokens = grants.removeFirst();
      Answer answer =
          tried(node -> DemoApp.revoke(node, Addresses.PACK, tokens.path("refresh_token").asText()))
              .answer();
      assertThat(answer.status()).as(answer::summary).isEqualTo(200);
      ended.add(tokens);
      revocations.incrementAndGet();
    }

    private void check() {
      for (JsonNode tokens : Stream.of(grants.peekLast()).filter(one -> one != null).toList()) {
        assertStatus(200, tried(node -> Gateway.check(node, accessToken(tokens))).answer());
      }
      if (!ended.isEmpty()) {
        JsonNode tokens = ended.get(ThreadLocalRandom.current().nextInt(ended.size()));
        assertStatus(401, tried(node -> Gateway.check(node, accessToken(tokens))).answer());
      }
      checks.addAndGet(2);
    }

    private void checkSomebodyNew() {
      String session = issuer.session(TestIssuer.newSubject()).compact();
      assertStatus(200, tried(node -> Gateway.check(node, session)).answer());
      checks.incrementAndGet();
    }

    /** Does it at one node after another until one has decided. */
    private Outcome tried(Function<ServerProcess, Answer> request) {
      boolean maybeLost = false;
      long began = System.nanoTime();
      while (System.nanoTime() - began < LONGEST_OPERATION.toNanos()) {
        try {
          Answer answer = request.apply(anyNode());
          if (!isUnavailable(answer)) {
            return new Outcome(answer, maybeLost);
          }
          unavailable.incrementAndGet();
          awaitRetry(answer);
        } catch (UncheckedIOException e) {
          gone.incrementAndGet();
          maybeLost = true;
          Programs.pause(BETWEEN_HEALTH_CHECKS);
        }
      }
      throw new AssertionError("An operation takes too long.");
    }

    private void awaitRetry(Answer answer) {
      Programs.pause(
          Duration.ofSeconds(answer.header("Retry-After").map(Long::parseLong).orElse(1L)));
    }

    private void assertAllIsAsAnswered() {
      for (JsonNode tokens : ended) {
        for (ServerProcess node : cluster.nodes()) {
          Gateway.assertInvalidToken(Gateway.check(node, accessToken(tokens)));
        }
        assertStatus(400, DemoApp.refresh(anyNode(), Addresses.PACK, tokens));
      }
      for (JsonNode tokens : grants) {
        Answer refreshed = DemoApp.refresh(anyNode(), Addresses.PACK, tokens);
        assertStatus(200, refreshed);
        for (ServerProcess node : cluster.nodes()) {
          assertStatus(200, Gateway.check(node, accessToken(refreshed.json()), SCOPE));
        }
      }
    }
  }

  private static void assertStatus(int status, Answer answer) {
    assertThat(answer.status()).as(answer::summary).isEqualTo(status);
  }

  private static String accessToken(JsonNode tokens) {
    return tokens.path("access_token").asText();
  }
}
