package com.expensicat.keycloak.it.endings;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.endings.Holding.Thing;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.AtOnce;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.OnCluster;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What ends access ends it also for what is issued at the same instant, at the same node or at
 * another. The system property {@code race.tries} says how often each race is run.
 */
@OnCluster
class EndingRacesIT {

  private static final int TRIES = Integer.getInteger("race.tries", 20);

  /** Endings that take a person, a client or a link away for good, which is made anew each time. */
  private static final int TRIES_OF_LARGE_ONES = Math.max(1, TRIES / 10);

  private static final long LONGEST_DELAY_NANOS = 60_000_000;

  private static final Cluster CLUSTER = Cluster.shared();
  private static Holding held;

  @BeforeAll
  static void join() {
    held = Holding.at(CLUSTER.node(1));
  }

  @AfterAll
  static void leave() {
    held.close();
  }

  @AfterEach
  void forgetSignOuts() {
    CLUSTER.node(1).admin().forgetSignOuts();
  }

  private static KeycloakServer node(int nodes, int number) {
    return CLUSTER.node(1 + number % nodes);
  }

  static Stream<Arguments> manyAtOnce() {
    return IntStream.of(1, 2)
        .boxed()
        .flatMap(nodes -> Stream.of(2, 4, 10).map(many -> Arguments.of(many, nodes)));
  }

  @ParameterizedTest(name = "{0} at once, {1} node(s)")
  @MethodSource("manyAtOnce")
  void aCodeThatSeveralRedeemGivesNothingThatCounts(int many, int nodes) {
    for (int tries = 0; tries < TRIES; tries++) {
      held.authorize();
      assertNothingCounts(
          nodes,
          AtOnce.run(
              each(
                  many,
                  number ->
                      () ->
                          TokenClient.anonymous()
                              .post(
                                  Addresses.PACK.token(node(nodes, number)),
                                  held.flow.tokenRequest(held.code)))));
    }
  }

  @ParameterizedTest(name = "{0} at once, {1} node(s)")
  @MethodSource("manyAtOnce")
  void aRefreshTokenThatSeveralUseGivesNothingThatCounts(int many, int nodes) {
    for (int tries = 0; tries < TRIES; tries++) {
      held.renew();
      List<Answer> answers =
          AtOnce.run(each(many, number -> () -> held.refresh(node(nodes, number), held.grant)));
      assertNothingCounts(nodes, answers);
      assertThat(held.whereItCounts(node(nodes, 1), Thing.ACCESS_TOKEN)).isEmpty();
    }
  }

  private static Stream<Arguments> onOneNodeAndTwo(Ending... endings) {
    return Stream.of(endings)
        .flatMap(ending -> Stream.of(Arguments.of(ending, 1), Arguments.of(ending, 2)));
  }

  static Stream<Arguments> endings() {
    return onOneNodeAndTwo(
        Ending.REFRESH_TOKEN_REVOKED,
        Ending.CONSENT_TAKEN_BACK,
        Ending.CONSENT_TAKEN_BACK_BY_AN_ADMIN,
        Ending.SIGN_OUT_BY_AN_ADMIN,
        Ending.SIGN_OUT,
        Ending.SIGN_OUT_OF_OTHERS,
        Ending.SIGN_OUT_OF_THE_REALM);
  }

  @ParameterizedTest(name = "{0}, {1} node(s)")
  @MethodSource("endings")
  void anApplicationThatRefreshesInALoopLosesAll(Ending ending, int nodes) {
    for (int tries = 0; tries < TRIES; tries++) {
      held.renew();
      loseInALoop(held, ending, nodes);
    }
  }

  static Stream<Arguments> largeEndings() {
    return onOneNodeAndTwo(
        Ending.USER_DISABLED, Ending.CLIENT_DISABLED, Ending.USER_DELETED, Ending.CLIENT_DELETED);
  }

  @ParameterizedTest(name = "{0}, {1} node(s)")
  @Tag("slow")
  @MethodSource("largeEndings")
  void anApplicationThatRefreshesInALoopLosesAllWithItsPersonOrItself(Ending ending, int nodes) {
    for (int tries = 0; tries < TRIES_OF_LARGE_ONES; tries++) {
      try (Holding own = Holding.at(CLUSTER.node(1))) {
        loseInALoop(own, ending, nodes);
      }
    }
  }

  private static void loseInALoop(Holding holding, Ending ending, int nodes) {
    AtomicBoolean over = new AtomicBoolean();
    List<JsonNode> got = new ArrayList<>(List.of(holding.grant));
    List<Answer> refused = new ArrayList<>();
    AtOnce.run(
        List.<Callable<Void>>of(
            () -> {
              for (int number = 0; !over.get() && refused.isEmpty(); number++) {
                Answer answer = holding.refresh(node(nodes, number), got.get(got.size() - 1));
                if (answer.status() == 200) {
                  got.add(answer.json());
                } else {
                  refused.add(answer);
                }
              }
              return null;
            },
            () -> {
              LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_DELAY_NANOS));
              try {
                ending.happen(holding, node(nodes, 1));
              } finally {
                over.set(true);
              }
              return null;
            }));
    refused.forEach(EndingRacesIT::assertRefusal);
    for (JsonNode tokens : got.subList(Math.max(0, got.size() - 2), got.size())) {
      assertNothingCounts(nodes, holding, tokens);
    }
  }

  static Stream<Arguments> endingsOfCodes() {
    return onOneNodeAndTwo(
        Ending.CONSENT_TAKEN_BACK_BY_AN_ADMIN,
        Ending.SIGN_OUT_BY_AN_ADMIN,
        Ending.SIGN_OUT_OF_THE_REALM);
  }

  @ParameterizedTest(name = "{0}, {1} node(s)")
  @MethodSource("endingsOfCodes")
  void aCodeThatIsRedeemedMeanwhileGivesNothingThatCounts(Ending ending, int nodes) {
    for (int tries = 0; tries < TRIES; tries++) {
      held.authorize();
      List<Answer> answers =
          AtOnce.run(
              List.<Callable<Answer>>of(
                  () ->
                      TokenClient.anonymous()
                          .post(
                              Addresses.PACK.token(node(nodes, 0)),
                              held.flow.tokenRequest(held.code)),
                  () -> {
                    ending.happen(held, node(nodes, 1));
                    return null;
                  }));
      assertNothingCounts(nodes, answers.subList(0, 1));
    }
  }

  static Stream<Arguments> endingsOfSessions() {
    return onOneNodeAndTwo(Ending.SESSION_JWT_REVOKED, Ending.SIGN_OUT_BY_AN_ADMIN);
  }

  @ParameterizedTest(name = "{0}, {1} node(s)")
  @MethodSource("endingsOfSessions")
  void whatIsExchangedMeanwhileEndsToo(Ending ending, int nodes) {
    for (int tries = 0; tries < TRIES_OF_LARGE_ONES; tries++) {
      try (Holding own = Holding.at(CLUSTER.node(1))) {
        List<Callable<Answer>> deeds =
            new ArrayList<>(
                each(
                    4,
                    number ->
                        () ->
                            SessionExchange.WEB.send(
                                node(nodes, number),
                                Addresses.PACK,
                                SessionExchange.request(own.sessionJwt, Holding.SCOPE))));
        deeds.add(
            () -> {
              ending.happen(own, node(nodes, 1));
              return null;
            });
        for (Answer answer : AtOnce.run(deeds).subList(0, 4)) {
          assertThat(answer.status()).as(answer::summary).isIn(200, 400);
          if (answer.status() == 200) {
            assertThat(
                    Holding.whereItIsTaken(
                        node(nodes, 1), answer.json().path("access_token").asText()))
                .isEmpty();
          }
        }
      }
    }
  }

  @ParameterizedTest(name = "{0} node(s)")
  @ValueSource(ints = {1, 2})
  void aGrantThatBeginsWhileTheLastOtherOneEndsGoesOn(int nodes) {
    try (Holding own = Holding.at(CLUSTER.node(1))) {
      Ending.REFRESH_TOKEN_REVOKED.happen(own, node(nodes, 1));
      own.grant = own.other;
      for (int tries = 0; tries < TRIES; tries++) {
        own.authorize();
        Callable<Answer> redemption =
            () ->
                TokenClient.anonymous()
                    .post(Addresses.PACK.token(node(nodes, 0)), own.flow.tokenRequest(own.code));
        Answer answer =
            AtOnce.run(
                    List.<Callable<Answer>>of(
                        redemption,
                        () -> {
                          Ending.REFRESH_TOKEN_REVOKED.happen(own, node(nodes, 1));
                          return null;
                        }))
                .get(0);
        if (answer.status() == 503) {
          LockSupport.parkNanos(
              Duration.ofSeconds(Long.parseLong(answer.header("Retry-After").orElseThrow()))
                  .toNanos());
          answer = AtOnce.run(List.of(redemption)).get(0);
        }
        assertThat(answer.status()).as(answer::summary).isEqualTo(200);
        own.grant = answer.json();

        assertThat(own.whereItCounts(node(nodes, 1), Thing.REFRESH_TOKEN)).isPresent();
        assertThat(own.whereItCounts(node(nodes, 0), Thing.ACCESS_TOKEN)).isPresent();
      }
    }
  }

  private interface Numbered<T> {
    Callable<T> of(int number);
  }

  private static <T> List<Callable<T>> each(int many, Numbered<T> deed) {
    return IntStream.range(0, many).mapToObj(deed::of).toList();
  }

  private static void assertNothingCounts(int nodes, List<Answer> answers) {
    for (Answer answer : answers) {
      if (answer.status() == 200) {
        assertNothingCounts(nodes, held, answer.json());
      } else {
        assertRefusal(answer);
      }
    }
  }

  private static void assertNothingCounts(int nodes, Holding holding, JsonNode tokens) {
    for (int number = 0; number < nodes; number++) {
      KeycloakServer node = node(nodes, number);
      assertThat(Holding.whereItIsTaken(node, tokens.path("access_token").asText())).isEmpty();
      assertThat(holding.whereARefreshCounts(node, tokens)).isEmpty();
    }
  }

  private static void assertRefusal(Answer answer) {
    assertThat(answer.status()).as(answer::summary).isIn(400, 401);
    assertThat(answer.json().path("error").asText())
        .as(answer::summary)
        .isIn("invalid_grant", "invalid_client");
  }
}
