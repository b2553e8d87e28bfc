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
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.OnCluster;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two nodes are one server: what the other tests on them build on. */
@OnCluster
class ClusterIT {

  private final Cluster cluster = Cluster.shared();
  private final ServerProcess one = cluster.node(1);
  private final ServerProcess two = cluster.node(2);

  @Test
  void theNodesKnowEachOtherAndHaveOneIssuer() {
    assertThat(cluster.database().value("select count(*) from jgroups_ping"))
        .isEqualTo(String.valueOf(cluster.nodes().size()));
    for (ServerProcess node : cluster.nodes()) {
      JsonNode metadata =
          TokenClient.anonymous()
              .get(URI.create(node.realmUrl() + "/.well-known/openid-configuration"))
              .json();
      assertThat(metadata.path("issuer").asText())
          .isEqualTo(one.realmUrl())
          .isEqualTo(node.issuer());
      assertThat(metadata.path("token_endpoint").asText())
          .isEqualTo(Addresses.PACK.token(one).toString());
    }
  }

  @Test
  void aChangeAtOneIsSeenAtTheOtherThatHadReadItBefore() throws Throwable {
    try (NewPerson person = NewPerson.join(one)) {
      assertThat(two.admin().get(person.path()).path("firstName").asText()).isEqualTo("Kim");
      assertThat(two.admin().get("").path("displayName").asText()).isNotEqualTo("Changed");

      one.admin()
          .withChange(
              person.path(),
              user -> user.put("firstName", "Robin"),
              () ->
                  assertThat(two.admin().get(person.path()).path("firstName").asText())
                      .isEqualTo("Robin"));
      one.admin()
          .withRealmChange(
              realm -> realm.put("displayName", "Changed"),
              () ->
                  assertThat(two.admin().get("").path("displayName").asText())
                      .isEqualTo("Changed"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachStepOfAFlowMayBeAtAnotherNode(Addresses addresses) {
    try (NewPerson person = NewPerson.join(one)) {
      AuthorizationFlow flow =
          authorizeAt(addresses, one).as(person.person()).with("scope", "transactions:read");
      Browser browser = new Browser(one);

      Answer login = flow.start(browser);
      Answer consent = browser.at(two).follow(browser.signIn(login, person.person()));
      Answer back = browser.at(one).follow(browser.accept(consent));
      Answer first =
          TokenClient.anonymous()
              .post(addresses.token(two), flow.tokenRequest(flow.callback(back).get("code")));
      Answer second = DemoApp.refresh(one, addresses, first.json());
      Answer third = DemoApp.refresh(two, addresses, second.json());

      for (Answer answer : new Answer[] {first, second, third}) {
        assertThat(answer.status()).as(answer::summary).isEqualTo(200);
        String token = answer.json().path("access_token").asText();
        for (KeycloakServer node : cluster.nodes()) {
          assertThat(Gateway.check(node, token, "transactions:read").status()).isEqualTo(200);
          assertThat(
                  ResourceServer.API.introspect(node, addresses, token).path("active").asBoolean())
              .isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsRevokedAtOneIsRefusedAtTheOtherAtTheFirstRequest(Addresses addresses) {
    try (NewPerson person = NewPerson.join(one)) {
      JsonNode tokens =
          authorizeAt(addresses, one)
              .as(person.person())
              .with("scope", "transactions:read")
              .tokens()
              .json();
      String token = tokens.path("access_token").asText();
      assertThat(Gateway.check(two, token).status()).isEqualTo(200);

      DemoApp.revoke(one, addresses, token);
      Gateway.assertInvalidToken(Gateway.check(two, token));

      DemoApp.revoke(two, addresses, tokens.path("refresh_token").asText());
      assertThat(DemoApp.refresh(one, addresses, tokens).json().path("error").asText())
          .isEqualTo("invalid_grant");
    }
  }

  @Test
  @Tag("slow")
  void aNodeThatWasKilledComesBackToWhatTheOthersDidMeanwhile() {
    try (NewPerson person = NewPerson.join(one)) {
      AuthorizationFlow flow =
          authorizeAt(Addresses.PACK, one).as(person.person()).with("scope", "transactions:read");
      JsonNode kept = flow.tokens().json();
      String revoked = flow.tokens().json().path("access_token").asText();

      two.kill();
      DemoApp.revoke(one, Addresses.PACK, revoked);
      two.startAgain();

      Gateway.assertInvalidToken(Gateway.check(two, revoked));
      assertThat(DemoApp.refresh(two, Addresses.PACK, kept).status()).isEqualTo(200);
    }
  }
}
