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
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.OnThreeNodes;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes that have nothing to complain of. */
@OnThreeNodes
class ThreeNodesIT {

  private static final int FLOWS = 33;
  private static final int RACES = 20;

  /** How Infinispan tells which nodes a node sees. */
  private static final String VIEW = "cluster view for channel";

  private final Cluster cluster = Cluster.ofThree();
  private int hops;

  @BeforeEach
  void heal() {
    cluster.heal();
  }

  @Test
  void eachStepOfAFlowIsAtAnotherNodeThanTheOneBefore() {
    try (NewPerson person = NewPerson.join(cluster.node(1))) {
      for (int number = 0; number < FLOWS; number++) {
        AuthorizationFlow flow =
            authorizeAt(Addresses.PACK, next())
                .as(person.person())
                .with("scope", "transactions:read");
        Browser browser = new Browser();
        Answer login = flow.start(browser.at(flow.server()));
        Answer consent = browser.follow(browser.at(next()).signIn(login, person.person()));
        Answer back = browser.at(next()).acceptWhereAsked(consent);
        Answer tokens =
            TokenClient.anonymous()
                .post(
                    Addresses.PACK.token(next()),
                    flow.tokenRequest(flow.callback(back).get("code")));
        assertThat(tokens.status()).as(tokens::summary).isEqualTo(200);
        Answer refreshed = DemoApp.refresh(next(), Addresses.PACK, tokens.json());
        assertThat(refreshed.status()).as(refreshed::summary).isEqualTo(200);
        Answer check = Gateway.check(next(), refreshed.json().path("access_token").asText());
        assertThat(check.status()).as(check::summary).isEqualTo(200);
      }
    }
    Figures.print("every step at another node", "%d flows, %d hops, 0 failed", FLOWS, hops);
  }

  @Test
  void whatAllNodesGetAtOnceGivesNothingThatCounts() {
    try (NewPerson person = NewPerson.join(cluster.node(1))) {
      AuthorizationFlow flow =
          authorizeAt(Addresses.PACK, cluster.node(1))
              .as(person.person())
              .with("scope", "transactions:read");
      int winners = 0;
      for (int number = 0; number < RACES; number++) {
        String code = flow.callback(new Browser(cluster.node(1))).get("code");
        winners +=
            assertNothingCounts(
                node ->
                    TokenClient.anonymous()
                        .post(Addresses.PACK.token(node), flow.tokenRequest(code)));
        JsonNode tokens = flow.tokens().json();
        winners += assertNothingCounts(node -> DemoApp.refresh(node, Addresses.PACK, tokens));
        JsonNode revoked = flow.tokens().json();
        assertNothingCounts(
            node ->
                node == cluster.node(2)
                    ? DemoApp.revoke(node, Addresses.PACK, revoked.path("refresh_token").asText())
                    : DemoApp.refresh(node, Addresses.PACK, revoked));
      }
      Figures.print(
          "codes and refresh tokens used at all nodes at once",
          "%d races, %d had a winner, whose tokens count nowhere",
          2 * RACES,
          winners);
    }
  }

  /** How many got tokens, of which none counts now; one at most. */
  private int assertNothingCounts(Function<ServerProcess, Answer> deed) {
    List<Answer> won =
        AtOnce.run(
                cluster.nodes().stream()
                    .<Callable<Answer>>map(node -> () -> deed.apply(node))
                    .toList())
            .stream()
            .filter(answer -> answer.body().contains("access_token"))
            .toList();
    assertThat(won).hasSizeLessThan(2);
    for (ServerProcess node : cluster.nodes()) {
      for (Answer answer : won) {
        Gateway.assertInvalidToken(
            Gateway.check(node, answer.json().path("access_token").asText()));
        assertThat(DemoApp.refresh(node, Addresses.PACK, answer.json()).status()).isEqualTo(400);
      }
    }
    return won.size();
  }

  @Test
  void allImportedTheRealmAtOnceAndThereIsOneOfEach() {
    assertThat(cluster.database().value("select count(*) from realm where name = 'expensicat'"))
        .isEqualTo("1");
    assertThat(cluster.node(1).admin().get("/client-scopes"))
        .extracting(scope -> scope.path("name").asText())
        .containsAll(ScopeTable.SCOPES)
        .doesNotHaveDuplicates();
    for (ServerProcess node : cluster.nodes()) {
      assertThat(node.log().lines().filter(line -> line.contains(VIEW)).reduce((one, next) -> next))
          .hasValueSatisfying(last -> assertThat(last).contains("(3)"));
    }
  }

  private ServerProcess next() {
    return cluster.node(1 + hops++ % 3);
  }
}
