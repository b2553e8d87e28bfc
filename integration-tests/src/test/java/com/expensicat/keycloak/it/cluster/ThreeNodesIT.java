package com.expensicat.keycloak.it.cluster;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.OnThreeNodes;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import org.junit.jupiter.api.Test;

/** Three nodes that have nothing to complain of. */
@OnThreeNodes
class ThreeNodesIT {

  private static final int FLOWS = 33;

  private final Cluster cluster = Cluster.ofThree();
  private int hops;

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

  private ServerProcess next() {
    return cluster.node(1 + hops++ % 3);
  }
}
