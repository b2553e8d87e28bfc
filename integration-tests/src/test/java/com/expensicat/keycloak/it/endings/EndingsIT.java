package com.expensicat.keycloak.it.endings;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.endings.Holding.Thing;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.OnCluster;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What ends access, ends it from the next request on: each row of the contract's table with all
 * that one person holds, ended at one node and looked for at the same or at the other.
 */
@OnCluster
class EndingsIT {

  private static final Cluster CLUSTER = Cluster.shared();
  private static final KeycloakServer ONE = CLUSTER.node(1);
  private static final KeycloakServer TWO = CLUSTER.node(2);

  @AfterEach
  void forgetSignOuts() {
    ONE.admin().forgetSignOuts();
  }

  static Stream<Arguments> endings() {
    return Stream.of(Ending.values())
        .flatMap(ending -> Stream.of(Arguments.of(ending, 1), Arguments.of(ending, 2)));
  }

  @ParameterizedTest(name = "{0}, looked for at node {1}")
  @MethodSource("endings")
  void itEndsWhatTheTableSaysAndNothingElse(Ending ending, int node) {
    KeycloakServer there = CLUSTER.node(node);
    try (Holding held = Holding.at(ONE)) {
      for (Thing thing : Thing.values()) {
        if (thing != Thing.REFRESH_TOKEN && thing != Thing.OTHER_GRANT) {
          assertThat(held.whereItCounts(there, thing)).as(thing.words()).isPresent();
        }
      }

      ending.happen(held, ONE);

      for (Thing thing : Thing.values()) {
        if (ending.ends(thing)) {
          assertThat(held.whereItCounts(there, thing)).as(thing.words()).isEmpty();
        }
      }
      for (Thing thing : Thing.values()) {
        if (!ending.ends(thing)) {
          assertThat(held.whereItCounts(there, thing)).as(thing.words()).isPresent();
        }
      }
      if (ending.isForAWhile()) {
        ending.undo(held, there);
        for (Thing thing : Thing.values()) {
          assertThat(held.whereItCounts(ONE, thing)).as(thing.words()).isPresent();
        }
      }
    }
  }

  @Test
  void thePageForAdminsSaysTheSame() {
    EndingsPage.hold();
  }

  @ParameterizedTest
  @EnumSource(
      value = Ending.class,
      names = {"SIGN_OUT_BY_AN_ADMIN", "CONSENT_TAKEN_BACK", "CONSENT_TAKEN_BACK_BY_AN_ADMIN"})
  void whoGrantsAnewAtOnceHasAGrantThatCounts(Ending ending) {
    try (Holding held = Holding.at(ONE)) {
      String before = held.accessToken();
      ending.happen(held, ONE);

      held.grant = held.newFlow().at(TWO).tokens(new Browser(TWO), BodyKind.FORM).json();

      assertThat(held.whereItCounts(ONE, Thing.ACCESS_TOKEN)).isPresent();
      assertThat(held.whereItCounts(TWO, Thing.REFRESH_TOKEN)).isPresent();
      assertThat(Holding.whereItIsTaken(TWO, before)).isEmpty();
    }
  }

  @Test
  void aCodeFromBeforeIsWorthNothingAfterConsentWasTakenBackAndGivenAnew() {
    try (Holding held = Holding.at(ONE)) {
      AuthorizationFlow flow = held.newFlow();
      String code = flow.callback(held.browser).get("code");
      ONE.admin().delete(held.person.path() + "/consents/" + held.clientId);
      held.newFlow().callback(held.browser);

      Answer answer =
          TokenClient.anonymous().post(Addresses.PACK.token(TWO), flow.tokenRequest(code));

      assertThat(answer.status()).as(answer::summary).isEqualTo(400);
      assertThat(answer.json().path("error").asText()).isEqualTo("invalid_grant");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCodeThatNeverWasEndsNothing(Addresses addresses) {
    try (Holding held = Holding.at(ONE)) {
      String[] real = held.code.split("\\.", 3);
      for (String made :
          List.of("x." + real[1] + "." + real[2], real[0] + "x." + real[1] + "." + real[2])) {
        Answer answer =
            TokenClient.anonymous().post(addresses.token(TWO), held.flow.tokenRequest(made));
        assertThat(answer.status()).as(answer::summary).isEqualTo(400);
        assertThat(answer.json().path("error").asText()).isEqualTo("invalid_grant");
      }

      assertThat(held.whereItCounts(TWO, Thing.ACCESS_TOKEN)).isPresent();
      assertThat(held.whereItCounts(TWO, Thing.REFRESH_TOKEN)).isPresent();
      assertThat(held.whereItCounts(TWO, Thing.OTHER_GRANT)).isPresent();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCodeThatNamesAnotherPersonsSessionIsBurntAndEndsNothing(Addresses addresses) {
    try (Holding victim = Holding.at(ONE);
        Holding thief = Holding.at(ONE)) {
      AuthorizationFlow flow = thief.newFlow();
      String[] own = flow.callback(thief.browser).get("code").split("\\.", 3);
      String[] others = victim.code.split("\\.", 3);
      TokenClient client = TokenClient.anonymous();

      Answer edited =
          client.post(
              addresses.token(ONE),
              flow.tokenRequest(own[0] + "." + others[1] + "." + others[2])
                  .with("client_id", victim.clientId));
      Answer own2 = client.post(addresses.token(ONE), flow.tokenRequest(String.join(".", own)));

      assertThat(edited.status()).as(edited::summary).isEqualTo(400);
      assertThat(own2.status()).as(own2::summary).isEqualTo(400);
      assertThat(victim.whereItCounts(TWO, Thing.ACCESS_TOKEN)).isPresent();
      assertThat(victim.whereItCounts(TWO, Thing.REFRESH_TOKEN)).isPresent();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOlderRefreshTokenOfTheSameSecondEndsTheGrant(Addresses addresses) {
    try (Holding held = Holding.at(ONE)) {
      TokenClient client = TokenClient.anonymous();
      Answer second = client.post(addresses.token(ONE), held.refreshRequest(held.grant));
      Answer third = client.post(addresses.token(TWO), held.refreshRequest(second.json()));
      assertThat(third.status()).as(third::summary).isEqualTo(200);

      Answer first = client.post(addresses.token(ONE), held.refreshRequest(held.grant));

      assertThat(first.status()).as(first::summary).isEqualTo(400);
      held.grant = third.json();
      assertThat(held.whereItCounts(TWO, Thing.REFRESH_TOKEN)).isEmpty();
      assertThat(held.whereItCounts(TWO, Thing.ACCESS_TOKEN)).isEmpty();
    }
  }

  @Test
  void aScopeThatIsTakenFromTheClientIsInNoAnswer() {
    try (Holding held = Holding.at(ONE)) {
      String scope = ONE.admin().clientScope(Holding.OTHER_SCOPE).get("id").asText();
      assertThat(Gateway.check(TWO, held.accessToken(), Holding.OTHER_SCOPE).status())
          .isEqualTo(200);

      ONE.admin().delete(held.clientPath() + "/optional-client-scopes/" + scope);

      Gateway.assertInsufficientScope(
          Gateway.check(TWO, held.accessToken(), Holding.OTHER_SCOPE), Holding.OTHER_SCOPE);
      Answer other = Gateway.check(TWO, held.accessToken(), Holding.SCOPE);
      assertThat(other.status()).isEqualTo(200);
      assertThat(Gateway.said(other, "Scope").split(" ")).doesNotContain(Holding.OTHER_SCOPE);
      for (Addresses addresses : Addresses.values()) {
        assertThat(scopes(addresses, held.accessToken()))
            .contains(Holding.SCOPE)
            .doesNotContain(Holding.OTHER_SCOPE);
      }
      Answer refreshed = held.refresh(TWO, held.grant);
      assertThat(refreshed.json().path("scope").asText().split(" "))
          .doesNotContain(Holding.OTHER_SCOPE);
    }
  }

  private static String[] scopes(Addresses addresses, String token) {
    return ResourceServer.API.introspect(TWO, addresses, token).path("scope").asText().split(" ");
  }

  @Test
  void whatAnIssuerStandsForNoMoreIsInNoAnswer() {
    try (Holding held = Holding.at(ONE)) {
      ObjectNode issuer = (ObjectNode) ONE.admin().get(held.issuer.path());
      issuer.withObject("/config").put("scopes", Holding.OTHER_SCOPE);
      ONE.admin().put(held.issuer.path(), issuer);

      for (String token : List.of(held.sessionJwt, held.exchanged)) {
        Gateway.assertInsufficientScope(Gateway.check(TWO, token, Holding.SCOPE), Holding.SCOPE);
        for (Addresses addresses : Addresses.values()) {
          assertThat(scopes(addresses, token)).doesNotContain(Holding.SCOPE);
        }
      }
    }
  }

  @Test
  void aSessionIssuedWithinTheSkewAfterASignOutCountsAsFromBefore() throws InterruptedException {
    try (Holding held = Holding.at(ONE)) {
      ONE.admin().post(held.person.path() + "/logout", null);
      SessionJwt next = held.issuer.session(held.subject);

      assertThat(Holding.whereItIsTaken(TWO, next.claim("iat", next.issuedAt() + 9).compact()))
          .isEmpty();
      Thread.sleep(1100);
      SessionJwt later = held.issuer.session(held.subject);
      assertThat(Gateway.check(TWO, later.claim("iat", later.issuedAt() + 10).compact()).status())
          .isEqualTo(200);
    }
  }

  @Test
  void keysThatReplacePinnedOnesCountAtOnce() {
    try (Holding held = Holding.at(ONE)) {
      ObjectNode issuer = (ObjectNode) ONE.admin().get(held.issuer.path());
      issuer.withObject("/config").put("jwks", held.issuer.jwks());
      ONE.admin().put(held.issuer.path(), issuer);
      assertThat(Gateway.check(TWO, held.sessionJwt).status()).isEqualTo(200);
      SigningKey next = SigningKey.ed25519("next");
      held.issuer.withdraw("ed");
      held.issuer.publish(next);

      issuer.withObject("/config").put("jwks", held.issuer.jwks());
      ONE.admin().put(held.issuer.path(), issuer);

      SessionJwt jwt = held.issuer.session(held.subject);
      assertThat(Gateway.check(TWO, jwt.signedBy(next).compact()).status()).isEqualTo(200);
      Gateway.assertInvalidToken(Gateway.check(TWO, held.sessionJwt));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aboveTwentyGrantsToAnApplicationTheOneLongestUnusedEnds(int browsers)
      throws InterruptedException {
    try (Holding held = Holding.at(ONE)) {
      Thread.sleep(1100); // when a grant was used is known by the second
      held.grant = held.refresh(ONE, held.grant).json();
      for (int more = 0; more < 19; more++) {
        AuthorizationFlow flow = held.newFlow();
        String code =
            flow.callback(more % browsers == 0 ? held.browser : new Browser(ONE)).get("code");
        assertThat(
                TokenClient.anonymous()
                    .post(Addresses.PACK.token(CLUSTER.node(1 + more % 2)), flow.tokenRequest(code))
                    .status())
            .isEqualTo(200);
      }

      assertThat(held.whereItCounts(TWO, Thing.OTHER_GRANT)).isEmpty();
      assertThat(held.whereItCounts(TWO, Thing.ACCESS_TOKEN)).isPresent();
      assertThat(held.whereItCounts(TWO, Thing.REFRESH_TOKEN)).isPresent();
    }
  }
}
