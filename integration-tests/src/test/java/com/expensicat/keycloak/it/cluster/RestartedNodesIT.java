package com.expensicat.keycloak.it.cluster;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.OnThreeNodes;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes are stopped in good order and started again, one after another or all at once. */
@OnThreeNodes
class RestartedNodesIT {

  private static final int BETWEEN = 30;

  private final Cluster cluster = Cluster.ofThree();

  @BeforeEach
  void heal() {
    cluster.heal();
  }

  @Test
  void nothingFailsWhileOneAfterAnotherIsRestarted() {
    try (Applications applications = Applications.at(cluster)) {
      for (ServerProcess node : cluster.nodes()) {
        applications.goOnFor(BETWEEN);
        node.restart();
      }
      applications.goOnFor(BETWEEN);
      applications.end();
      Figures.print("rolling restart", "%s", applications);
      applications.assertNothingFailed();
      applications.assertAllIsAsAnswered();
    }
  }

  @Test
  void whatWasGivenAndWhatWasEndedOutliveARestartOfAll() {
    ServerProcess node = cluster.node(1);
    NewPerson signedOut = NewPerson.join(node); // the issuer takes away who is linked to it
    try (NewPerson person = NewPerson.join(node);
        TestIssuer issuer =
            TestIssuer.trusted(node, "restarted", Map.of("exchangeClients", "expensicat-web"))) {
      Browser browser = new Browser(node);
      AuthorizationFlow both = flow(node, person).with("scope", "transactions:read invoices:read");
      Answer asked = browser.follow(browser.signIn(both.start(browser), person.person()));
      Answer declined =
          browser.follow(
              browser.consent(
                  asked,
                  data ->
                      data.without("scope")
                          .with("scope", "transactions:read")
                          .with("accept", "Yes")));
      JsonNode kept = redeemed(node, both, both.callback(declined).get("code"));
      JsonNode revoked = flow(node, person).tokens(browser, BodyKind.FORM).json();
      JsonNode ended = flow(node, signedOut).tokens().json();
      String session = issuer.session(signedOut).compact();
      String revokedSession = issuer.session(TestIssuer.newSubject()).compact();
      assertThat(Gateway.check(node, session).status()).isEqualTo(200);
      assertThat(Gateway.check(node, revokedSession).status()).isEqualTo(200);
      DemoApp.revoke(node, Addresses.PACK, revoked.path("access_token").asText());
      SessionExchange.WEB
          .client()
          .post(Addresses.PACK.revoke(node), Parameters.of("token", revokedSession));
      node.admin().post(signedOut.path() + "/logout", null);

      cluster.nodes().forEach(ServerProcess::stop);
      cluster.heal();

      for (ServerProcess again : cluster.nodes()) {
        assertThat(Gateway.check(again, kept.path("access_token").asText()).status())
            .isEqualTo(200);
        for (String token :
            new String[] {
              revoked.path("access_token").asText(),
              ended.path("access_token").asText(),
              session,
              revokedSession
            }) {
          Gateway.assertInvalidToken(Gateway.check(again, token));
        }
      }
      Answer refreshed = DemoApp.refresh(cluster.node(2), Addresses.PACK, kept);
      assertThat(refreshed.status()).as(refreshed::summary).isEqualTo(200);
      assertThat(refreshed.json().path("scope").asText()).isEqualTo("transactions:read");
      assertThat(DemoApp.refresh(cluster.node(3), Addresses.PACK, ended).status()).isEqualTo(400);
      AuthorizationFlow silent = both.at(cluster.node(3)).with("prompt", "none");
      assertThat(silent.callback(silent.start(browser.at(cluster.node(3)))).find("error"))
          .hasValue("interaction_required");
    }
  }

  private static AuthorizationFlow flow(ServerProcess node, NewPerson person) {
    return authorizeAt(Addresses.PACK, node).as(person.person()).with("scope", "transactions:read");
  }

  private static JsonNode redeemed(ServerProcess node, AuthorizationFlow flow, String code) {
    return TokenClient.anonymous().post(Addresses.PACK.token(node), flow.tokenRequest(code)).json();
  }
}
