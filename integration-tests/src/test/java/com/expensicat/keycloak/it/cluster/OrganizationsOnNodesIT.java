package com.expensicat.keycloak.it.cluster;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.DEMO_APP;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static com.expensicat.keycloak.it.support.session.IssuerSignIn.organization;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.AtOnce;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.OnCluster;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.session.HandOver;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The organisation of a grant, where each step of it comes to another node than the last. */
@OnCluster
class OrganizationsOnNodesIT {

  private static final String ALIAS = "organizations-on-nodes";
  private static final int TRIES = Integer.getInteger("race.tries", 1);

  private final ServerProcess one = Cluster.shared().node(1);
  private final ServerProcess two = Cluster.shared().node(2);
  private final Browser browser = new Browser();

  @Test
  void itStaysWhatItWas() {
    try (TestIssuer issuer = TestIssuer.handingOver(one, ALIAS, "/hand-over")) {
      SessionJwt session = issuer.session(TestIssuer.newSubject());

      JsonNode first = connect(one, two, session.claim("org", "org_a"));
      JsonNode second = connect(two, one, session.claim("org", "org_b"));
      AuthorizationFlow stepUp = flow(one).with("scope", "transactions:read invoices:read");
      JsonNode third = redeemed(two, stepUp, accepted(two, stepUp, stepUp.start(browser.at(one))));
      JsonNode firstAgain = refreshed(two, first);
      JsonNode again = connect(two, one, session.claim("org", "org_a"));

      assertThat(organization(first)).isEqualTo("org_a");
      assertThat(organization(second)).isEqualTo("org_b");
      assertThat(organization(third)).isEqualTo("org_b");
      assertThat(organization(firstAgain)).isEqualTo("org_a");
      assertThat(organization(refreshed(one, firstAgain))).isEqualTo("org_a");
      assertThat(organization(refreshed(one, refreshed(two, second)))).isEqualTo("org_b");
      assertThat(organization(again)).isEqualTo("org_a");
    }
  }

  /**
   * While access for one is taken away at one node, the application uses what it has at another.
   */
  @Test
  void whatIsIssuedWhileItIsTakenAwayGivesNothing() {
    try (TestIssuer issuer = TestIssuer.handingOver(one, ALIAS, "/hand-over")) {
      SessionJwt session = issuer.session(TestIssuer.newSubject());
      SessionJwt ofA = session.claim("org", "org_a");
      for (int tries = 0; tries < TRIES; tries++) {
        JsonNode first = connect(one, one, ofA);
        JsonNode second = connect(one, one, session.claim("org", "org_b"));
        AuthorizationFlow open = flow(one).with("prompt", "login");
        String code = accepted(one, open, handedOver(open, one, ofA));
        String consents = "/expensicat/users/" + issuer.user(session).path("id").asText();

        List<Answer> answers =
            AtOnce.run(
                List.of(
                    () -> DemoApp.refresh(two, Addresses.PACK, first),
                    () ->
                        TokenClient.anonymous()
                            .post(Addresses.PACK.token(two), open.tokenRequest(code)),
                    () ->
                        one.admin()
                            .send(
                                "DELETE",
                                consents + "/consents?organization=org_a&client_id=" + DEMO_APP,
                                null)));

        assertThat(answers.get(2).status()).as(answers.get(2)::summary).isEqualTo(204);
        assertNothingCounts(answers.get(0));
        assertNothingCounts(answers.get(1));
        assertThat(organization(refreshed(two, second))).isEqualTo("org_b");
      }
    }
  }

  private void assertNothingCounts(Answer answer) {
    if (answer.status() == 200) {
      JsonNode tokens = answer.json();
      for (ServerProcess node : List.of(one, two)) {
        Gateway.assertInvalidToken(Gateway.check(node, tokens.path("access_token").asText()));
      }
      assertError(DemoApp.refresh(two, Addresses.PACK, tokens), 400, "invalid_grant");
    } else {
      assertError(answer, 400, "invalid_grant");
    }
  }

  private JsonNode connect(ServerProcess begin, ServerProcess end, SessionJwt session) {
    AuthorizationFlow flow = flow(begin).with("prompt", "login");
    return redeemed(end, flow, accepted(begin, flow, handedOver(flow, end, session)));
  }

  private Answer handedOver(AuthorizationFlow flow, ServerProcess end, SessionJwt session) {
    HandOver handOver = HandOver.choose(flow, browser.at(flow.server()), ALIAS);
    browser.at(end);
    return handOver.post(handOver.assertion(session));
  }

  private String accepted(ServerProcess node, AuthorizationFlow flow, Answer answer) {
    browser.at(node);
    return flow.callback(browser.acceptWhereAsked(answer)).get("code");
  }

  private static JsonNode redeemed(ServerProcess node, AuthorizationFlow flow, String code) {
    return answered(
        TokenClient.anonymous().post(Addresses.PACK.token(node), flow.tokenRequest(code)));
  }

  private static JsonNode refreshed(ServerProcess node, JsonNode tokens) {
    return answered(DemoApp.refresh(node, Addresses.PACK, tokens));
  }

  private static JsonNode answered(Answer answer) {
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return answer.json();
  }

  private static AuthorizationFlow flow(ServerProcess node) {
    return AuthorizationFlow.authorizeAt(Addresses.PACK, node).with("scope", "transactions:read");
  }
}
