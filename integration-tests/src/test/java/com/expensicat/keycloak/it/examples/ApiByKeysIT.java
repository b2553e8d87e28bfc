package com.expensicat.keycloak.it.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.Cases;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.session.ForgedJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The example API that verifies tokens itself, by the keys of their issuers. */
@Tag("interop")
class ApiByKeysIT extends ExampleApiContract {

  /**
   * What Nimbus and Spring Security take where the issuer itself has signed it: they read over it,
   * and the realm does not.
   */
  private static final Set<String> TAKEN =
      Set.of("payload is not UTF-8", "member twice, far inside", "sub is a number");

  private TestIssuer forger;

  @Override
  ExampleApi startApi(TestIssuer trusted) throws InterruptedException {
    return ExampleApi.byKeys(trusted.issuer());
  }

  @BeforeAll
  void startForger() {
    forger = TestIssuer.withKeys();
  }

  @AfterAll
  void stopForger() {
    forger.close();
  }

  /** As its README says: that is what this way costs. */
  @Test
  void aTokenThatWasRevokedIsGoodUntilItExpires() {
    JsonNode tokens = tokens("transactions:read");
    TokenClient client = TokenClient.bearer(tokens.path("access_token").asText());

    DemoApp.revoke(Addresses.PACK, tokens.path("refresh_token").asText());

    assertThat(transactions(client).status()).isEqualTo(200);
  }

  @Test
  void withoutAnIssuerOfSessionsItTakesAccessTokensAlone() throws InterruptedException {
    try (ExampleApi other = ExampleApi.byKeys("")) {
      assertInvalidToken(
          ApiRequest.LIST_TRANSACTIONS.send(
              TokenClient.bearer(issuer.session().compact()), other::at));
      assertThat(
              ApiRequest.LIST_TRANSACTIONS
                  .send(TokenClient.bearer(accessToken("transactions:read")), other::at)
                  .status())
          .isEqualTo(200);
    }
  }

  @Test
  void anIssuerWhoseKeysCannotBeHadIsNobodysFault() throws InterruptedException {
    try (TestIssuer away = TestIssuer.withKeys();
        ExampleApi other = ExampleApi.byKeys(away.issuer())) {
      away.stop();

      Answer answer =
          ApiRequest.LIST_TRANSACTIONS.send(
              TokenClient.bearer(away.session().compact()), other::at);

      assertThat(answer.status()).as(answer::summary).isEqualTo(503);
      assertThat(answer.json().at("/error/code").asText()).isEqualTo("SERVICE_UNAVAILABLE");
    }
  }

  static Stream<Arguments> good() {
    return Cases.of("good-session-jwts.csv");
  }

  static Stream<Arguments> forged() {
    return Cases.of("forged-session-jwts.csv");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void aGoodSessionJwtIsTaken(
      String name, String header, String claims, String signature, String token) {
    Answer answer = transactions(TokenClient.bearer(jwt(header, claims, signature, token)));

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forged")
  void aForgedSessionJwtIsRefused(
      String name, String header, String claims, String signature, String token, String reason) {
    Answer answer = transactions(TokenClient.bearer(jwt(header, claims, signature, token)));

    if (TAKEN.contains(name)) {
      assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    } else {
      assertInvalidToken(answer);
    }
  }

  private String jwt(String header, String claims, String signature, String token) {
    return ForgedJwt.of(issuer, forger, SERVER.realmUrl(), header, claims, signature, token);
  }
}
