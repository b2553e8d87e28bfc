package com.expensicat.keycloak.it.cluster;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.AtOnce;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.NetworkCut;
import com.expensicat.keycloak.it.support.server.OnThreeNodes;
import com.expensicat.keycloak.it.support.server.Programs;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that the others do not reach, although its clients and the database do. */
@OnThreeNodes
class CutOffNodeIT {

  private static final Duration CUT = Duration.ofMinutes(1);
  private static final Duration LONGEST_HEALING = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Cluster cluster = Cluster.ofThree();

  @BeforeEach
  void heal() {
    NetworkCut.requirePossible();
    cluster.heal();
  }

  @Test
  void whatIsEndedElsewhereEndsThereAndNothingNewFails() {
    ServerProcess other = cluster.oldest();
    ServerProcess alone = cluster.others(other).get(0);
    try (NewPerson disabled = NewPerson.join(other);
        NewPerson revoking = NewPerson.join(other);
        NewPerson signingIn = NewPerson.join(other);
        NewPerson signingInAlone = NewPerson.join(other)) {
      List<Watched> watched =
          List.of(
              new Watched("revoked token", tokens(other, revoking)),
              new Watched("revoked grant", tokens(other, revoking)),
              new Watched("disabled user", tokens(other, disabled)));
      watched.forEach(it -> assertThat(it.isTaken(alone)).isTrue());
      List<Answer> flows = new CopyOnWriteArrayList<>();
      AtomicBoolean over = new AtomicBoolean();

      List<Callable<Void>> deeds =
          new ArrayList<>(
              List.of(
                  signingInUntil(over, other, signingIn, flows),
                  signingInUntil(over, alone, signingInAlone, flows)));
      deeds.add(
          () -> {
            try {
              long cut = System.nanoTime();
              try (NetworkCut gap = NetworkCut.around(alone)) {
                assertThat(gap).isNotNull();
                untilDone(
                    () -> DemoApp.revoke(other, Addresses.PACK, watched.get(0).accessToken()));
                untilDone(
                    () -> DemoApp.revoke(other, Addresses.PACK, watched.get(1).refreshToken()));
                untilDone(
                    () ->
                        other
                            .admin()
                            .send("PUT", disabled.path(), Json.object("{'enabled':false}")));
                watched.forEach(Watched::isEndedNow);
                watchUntil(cut + CUT.toNanos(), alone, watched);
              }
              long healed = System.nanoTime();
              while (watched.stream().anyMatch(it -> it.isTaken(alone))
                  || numberOfOldest() != 1
                  || signIn(alone, signingIn).status() == 503) {
                assertThat(System.nanoTime() - healed).isLessThan(LONGEST_HEALING.toNanos());
                watchUntil(System.nanoTime() + PAUSE.toNanos(), alone, watched);
              }
              Figures.print(
                  "a node cut off for " + CUT.toSeconds() + " s",
                  "answering again %.1f s after the healing; taken there after the ending: %s;"
                      + " of %d flows %d got 503, the rest tokens",
                  (System.nanoTime() - healed) / 1e9,
                  watched,
                  flows.size(),
                  flows.stream().filter(it -> it.status() == 503).count());
            } finally {
              over.set(true);
            }
            return null;
          });
      AtOnce.run(deeds);

      assertThat(flows).allSatisfy(it -> assertThat(it.status()).as(it::summary).isIn(200, 503));
      for (ServerProcess node : cluster.nodes()) {
        watched.forEach(it -> assertThat(it.isTaken(node)).as(it::toString).isFalse());
        Answer after = signIn(node, signingIn);
        assertThat(after.status()).as(after::summary).isEqualTo(200);
      }
    }
  }

  /** Asks again as long as it fails, as whoever wants an ending does. */
  private static void untilDone(Supplier<Answer> request) {
    long began = System.nanoTime();
    while (request.get().status() / 100 != 2) {
      assertThat(System.nanoTime() - began).isLessThan(CUT.toNanos());
      Programs.pause(PAUSE);
    }
  }

  private int numberOfOldest() {
    return Integer.parseInt(
        cluster.database().value("select count(*) from jgroups_ping where coord"));
  }

  private static void watchUntil(long end, ServerProcess node, List<Watched> watched) {
    while (System.nanoTime() < end) {
      watched.forEach(it -> it.watch(node));
      Programs.pause(PAUSE);
    }
  }

  private static Callable<Void> signingInUntil(
      AtomicBoolean over, ServerProcess node, NewPerson person, List<Answer> answers) {
    return () -> {
      while (!over.get()) {
        answers.add(signIn(node, person));
      }
      return null;
    };
  }

  /** The last answer of a flow, which is the one of the token request or one before that fails. */
  private static Answer signIn(ServerProcess node, NewPerson person) {
    AuthorizationFlow flow =
        authorizeAt(Addresses.PACK, node).as(person.person()).with("scope", "transactions:read");
    Browser browser = new Browser(node);
    Answer answer = flow.start(browser);
    if (answer.status() == 200) {
      answer = browser.follow(browser.signIn(answer, person.person()));
    }
    if (answer.status() == 200) {
      answer = browser.acceptWhereAsked(answer);
    }
    return answer.location().isPresent()
        ? TokenClient.anonymous()
            .post(Addresses.PACK.token(node), flow.tokenRequest(flow.callback(answer).get("code")))
        : answer;
  }

  private static JsonNode tokens(ServerProcess node, NewPerson person) {
    Answer answer = signIn(node, person);
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return answer.json();
  }

  /** Tokens that were ended at another node, and for how long they are taken nevertheless. */
  private static final class Watched {

    private final String name;
    private final JsonNode tokens;
    private long ended;
    private long lastTaken;

    Watched(String name, JsonNode tokens) {
      this.name = name;
      this.tokens = tokens;
    }

    String accessToken() {
      return tokens.path("access_token").asText();
    }

    String refreshToken() {
      return tokens.path("refresh_token").asText();
    }

    boolean isTaken(ServerProcess node) {
      Answer answer = Gateway.check(node, accessToken());
      assertThat(answer.status()).as(answer::summary).isIn(200, 401, 503);
      return answer.status() == 200;
    }

    void isEndedNow() {
      ended = System.nanoTime();
      lastTaken = ended;
    }

    void watch(ServerProcess node) {
      if (isTaken(node)) {
        lastTaken = System.nanoTime();
      }
    }

    @Override
    public String toString() {
      return "%s %.1f s".formatted(name, (lastTaken - ended) / 1e9);
    }
  }
}
