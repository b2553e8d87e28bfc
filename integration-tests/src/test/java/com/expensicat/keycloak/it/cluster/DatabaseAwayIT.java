package com.expensicat.keycloak.it.cluster;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.OnThreeNodes;
import com.expensicat.keycloak.it.support.server.Postgres;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** While the database is away, a node answers what it has in memory, and 503 to all else. */
@OnThreeNodes
class DatabaseAwayIT {

  private static final Duration LONGEST = Duration.ofSeconds(6);

  private final Cluster cluster = Cluster.ofThree();
  private final ServerProcess one = cluster.node(1);
  private final ServerProcess two = cluster.node(2);
  private final Postgres postgres = cluster.database().server().orElseThrow();

  @BeforeEach
  void heal() {
    cluster.heal();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsInMemoryIsAnsweredAndAllElseIsUnavailable(Addresses addresses) {
    try (NewPerson person = NewPerson.join(one);
        TestIssuer issuer =
            TestIssuer.trusted(one, "away", Map.of("exchangeClients", "expensicat-web"))) {
      AuthorizationFlow flow =
          authorizeAt(addresses, one).as(person.person()).with("scope", "transactions:read openid");
      Browser signedIn = new Browser(one).at(two);
      String code = flow.at(two).callback(signedIn).get("code");
      JsonNode tokens = flow.tokens().json();
      JsonNode others = flow.tokens().json();
      String token = tokens.path("access_token").asText();
      SessionJwt session = issuer.session();
      assertSeen(addresses, token, session);

      postgres.stop();
      try {
        assertSeen(addresses, token, session);

        assertUnavailable(() -> Gateway.check(two, newcomer(issuer)));
        assertUnavailable(
            () ->
                ResourceServer.API
                    .client()
                    .post(addresses.introspect(two), Parameters.of("token", newcomer(issuer))));
        assertUnavailable(() -> TokenClient.bearer(newcomer(issuer)).get(addresses.userinfo(two)));
        assertUnavailable(
            () ->
                SessionExchange.WEB.send(
                    two, addresses, SessionExchange.request(newcomer(issuer))));
        assertUnavailable(() -> DemoApp.refresh(two, addresses, tokens));
        assertUnavailable(
            () -> TokenClient.anonymous().post(addresses.token(two), flow.tokenRequest(code)));
        assertUnavailable(
            () -> DemoApp.revoke(two, addresses, others.path("refresh_token").asText()));
        assertPage(
            signedIn.send(
                HttpRequest.newBuilder(authorizeAt(Addresses.KEYCLOAK, one).at(two).request())
                    .header("Accept", "text/html")));
      } finally {
        postgres.startAgain();
      }
      cluster.heal();

      assertThat(DemoApp.refresh(two, addresses, tokens).status()).isEqualTo(200);
      assertThat(DemoApp.revoke(two, addresses, others.path("refresh_token").asText()).status())
          .isEqualTo(200);
    }
  }

  private static String newcomer(TestIssuer issuer) {
    return issuer.session(TestIssuer.newSubject()).compact();
  }

  /** At a node, what it has seen before. */
  private void assertSeen(Addresses addresses, String token, SessionJwt session) {
    for (String seen : new String[] {token, session.compact()}) {
      assertThat(Gateway.check(two, seen).status()).isEqualTo(200);
      assertThat(ResourceServer.API.introspect(two, addresses, seen).path("active").asBoolean())
          .isTrue();
    }
    Answer person = TokenClient.bearer(token).get(addresses.userinfo(two));
    assertThat(person.status()).as(person::summary).isEqualTo(200);
  }

  private static void assertUnavailable(Supplier<Answer> request) {
    long began = System.nanoTime();
    Answer answer = request.get();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).as(answer::summary).isLessThan(LONGEST);
    assertThat(answer.header("Retry-After")).as(answer::summary).isPresent();
    if (answer.uri().getPath().endsWith("/check")) {
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body()).isEmpty();
    } else {
      assertError(answer, 503, "temporarily_unavailable");
    }
  }

  /** A page that says so, for a person. */
  private static void assertPage(Answer answer) {
    assertThat(answer.status()).as(answer::summary).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isPresent();
    assertThat(answer.document().text()).contains("try again in a moment");
  }
}
