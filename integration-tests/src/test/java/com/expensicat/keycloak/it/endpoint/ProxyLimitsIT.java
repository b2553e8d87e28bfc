package com.expensicat.keycloak.it.endpoint;

import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The limits by address of the proxy in the compose file, which a server that the tests start
 * themselves does not have.
 */
@EnabledIfSystemProperty(named = "keycloak.under.test", matches = "http.*")
class ProxyLimitsIT {

  /** More than each limit lets through, on a slow machine too. */
  private static final int MANY = 300;

  private static final KeycloakServer SERVER = KeycloakServer.shared();

  @ParameterizedTest
  @EnumSource
  void tooManyRequestsFromOneAddressAreToldWhenToComeBack(Addresses addresses) {
    for (URI uri :
        List.of(
            addresses.token(SERVER),
            addresses.revoke(SERVER),
            addresses.authorize(SERVER),
            addresses.par(SERVER),
            addresses.register(SERVER))) {
      List<Answer> answers =
          many(() -> TokenClient.anonymous().post(uri, Parameters.of("client_id", "nobody")));
      Answer refused =
          answers.stream().filter(answer -> answer.status() == 429).findFirst().orElseThrow();
      assertThat(refused.header("Retry-After").map(Integer::parseInt))
          .hasValueSatisfying(seconds -> assertThat(seconds).isBetween(1, 60));
      assertThat(refused.header("Cache-Control")).contains("no-store");
      assertThat(refused.json().path("error").textValue()).isEqualTo("temporarily_unavailable");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBodyThatKeycloakWouldNotTakeGetsTheSameAnswer(Addresses addresses) {
    Answer answer =
        TokenClient.anonymous()
            .post(addresses.introspect(SERVER), Parameters.of("token", "x".repeat(64 * 1024)));

    assertError(answer, 413, "invalid_request");
  }

  @Test
  void whatAnAdminSendsMayBeLarger() {
    Answer answer =
        SERVER.admin().send("POST", "/users", Map.of("username", "x".repeat(64 * 1024)));

    assertThat(answer.status()).as(answer::summary).isEqualTo(400);
  }

  @ParameterizedTest
  @EnumSource
  void introspectionHasNoLimitBecauseOneAddressAsksForEverybody(Addresses addresses) {
    assertThat(
            many(
                () ->
                    ResourceServer.API
                        .client()
                        .post(addresses.introspect(SERVER), Parameters.of("token", "unknown"))))
        .extracting(Answer::status)
        .containsOnly(200);
  }

  @ParameterizedTest
  @EnumSource(names = "PACK")
  void checkHasNoLimitBecauseOneAddressIsAGateway(Addresses addresses) {
    URI check = addresses.at(SERVER, "/check?scope=transactions:read");
    assertThat(many(() -> TokenClient.bearer("unknown").get(check)))
        .extracting(Answer::status)
        .containsOnly(401);
  }

  @ParameterizedTest
  @EnumSource
  void noOtherSpellingOfAnAddressGoesRoundItsLimit(Addresses addresses) {
    String token = addresses.token(SERVER).toString();
    for (String spelling :
        List.of(
            token + ";a=b",
            token + "/",
            token.replace("/token", "//token"),
            token.replace("/token", "/./token"),
            token.replace("/token", "/x/../token"),
            token.replace("/token", "/%74oken"))) {
      assertThat(
              many(
                  () ->
                      TokenClient.anonymous()
                          .post(URI.create(spelling), Parameters.of("client_id", "nobody"))))
          .as(spelling)
          .extracting(Answer::status)
          .satisfies(
              statuses -> assertThat(statuses.contains(429) || !statuses.contains(401)).isTrue());
    }
  }

  /** At once, so that a slow server does not stay below a limit. */
  private static List<Answer> many(Supplier<Answer> request) {
    ExecutorService threads = Executors.newFixedThreadPool(20);
    try {
      return Stream.generate(() -> CompletableFuture.supplyAsync(request, threads))
          .limit(MANY)
          .toList()
          .stream()
          .map(CompletableFuture::join)
          .toList();
    } finally {
      threads.shutdown();
    }
  }
}
