package com.expensicat.keycloak.it.cluster;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.OnThreeNodes;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import java.text.ParseException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The clock of one node of three is ahead. */
@OnThreeNodes
class ClocksApartIT {

  private static final int AHEAD = 30;
  private static final int OPERATIONS = 150;
  private static final Duration MOST_REFUSED = Duration.ofSeconds(AHEAD + 5);

  private static final Cluster CLUSTER = Cluster.ofThree();
  private static final ServerProcess RIGHT = CLUSTER.node(1);
  private static final ServerProcess WRONG = CLUSTER.node(3);

  @BeforeAll
  static void letOneClockGoWrong() {
    CLUSTER.heal();
    WRONG.restartWithClockAheadBy(AHEAD);
  }

  @AfterAll
  static void setItRight() {
    WRONG.restart();
  }

  @Test
  void itIsSo() throws ParseException {
    assertThat(issuedAt(WRONG) - issuedAt(RIGHT)).isBetween(AHEAD - 5L, AHEAD + 5L);
  }

  private static long issuedAt(ServerProcess node) throws ParseException {
    return Jwt.claims(
            authorizeAt(Addresses.PACK, node).tokens().json().path("access_token").asText())
        .path("iat")
        .asLong();
  }

  @Test
  void applicationsDoNotNotice() {
    try (Applications applications = Applications.at(CLUSTER)) {
      applications.goOnFor(OPERATIONS);
      applications.end();
      Figures.print("clocks 30 s apart", "%s", applications);
      applications.assertAllIsAsAnswered();
    }
  }

  @Test
  void aSignOutWhereTheClockIsRightEndsWhatTheOtherGaveAndNothingThatComesAfter() {
    try (NewPerson person = NewPerson.join(RIGHT)) {
      assertEndsAll(tokens(WRONG, person), RIGHT, person);
      assertThat(isTaken(RIGHT, person)).isTrue();
    }
  }

  /** The sign-out counts from when that clock says it was. */
  @Test
  void aSignOutWhereTheClockIsAheadEndsAlsoWhatComesAfterForThatLong() {
    try (NewPerson person = NewPerson.join(RIGHT)) {
      assertEndsAll(tokens(RIGHT, person), WRONG, person);
      long began = System.nanoTime();
      while (!isTaken(RIGHT, person)) {
        assertThat(System.nanoTime() - began).isLessThan(MOST_REFUSED.toNanos());
      }
      Figures.print(
          "sign-out at a node that is 30 s ahead",
          "who signs in after it is refused for %.1f s",
          (System.nanoTime() - began) / 1e9);
    }
  }

  private static void assertEndsAll(JsonNode tokens, ServerProcess node, NewPerson person) {
    node.admin().post(person.path() + "/logout", null);
    for (ServerProcess any : CLUSTER.nodes()) {
      Gateway.assertInvalidToken(Gateway.check(any, tokens.path("access_token").asText()));
      assertThat(DemoApp.refresh(any, Addresses.PACK, tokens).status()).isEqualTo(400);
    }
  }

  /** Whether what the person grants now is taken at all nodes. */
  private static boolean isTaken(ServerProcess node, NewPerson person) {
    Answer answer = flow(node, person).tokens();
    return answer.status() == 200
        && CLUSTER.nodes().stream()
            .map(any -> Gateway.check(any, answer.json().path("access_token").asText()))
            .allMatch(check -> check.status() == 200);
  }

  private static AuthorizationFlow flow(ServerProcess node, NewPerson person) {
    return authorizeAt(Addresses.PACK, node).as(person.person()).with("scope", "transactions:read");
  }

  private static JsonNode tokens(ServerProcess node, NewPerson person) {
    Answer answer = flow(node, person).tokens();
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return answer.json();
  }
}
