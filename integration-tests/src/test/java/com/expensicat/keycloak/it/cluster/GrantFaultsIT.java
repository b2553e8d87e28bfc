package com.expensicat.keycloak.it.cluster;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.AtOnce;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.Database;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.OnCluster;
import com.expensicat.keycloak.it.support.server.Programs;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No fault of the database or of a node ends a grant that nobody has ended. */
@Tag("slow")
@OnCluster
class GrantFaultsIT {

  private static final int APPLICATIONS = 8;
  private static final Duration BETWEEN_FAULTS = Duration.ofMillis(400);

  /** Longer than the second by which Keycloak lets a token be older than its session. */
  private static final Duration LONG = Duration.ofSeconds(4);

  private static final String CUT_ALL =
      "select count(pg_terminate_backend(pid)) from pg_stat_activity"
          + " where datname = current_database() and pid <> pg_backend_pid()";

  @Test
  void aDatabaseThatFailsInTheMiddleUsesUpNoTokenAndNoCode() {
    Database database = Database.createShared();
    try (ServerProcess server = KeycloakServer.start(ServerSettings.standard().on(database))) {
      List<JsonNode> grants =
          IntStream.range(0, APPLICATIONS)
              .mapToObj(number -> authorizeAt(Addresses.PACK, server).tokens().json())
              .toList();
      AtomicBoolean over = new AtomicBoolean();
      List<Callable<List<Answer>>> deeds = new ArrayList<>();
      grants.forEach(grant -> deeds.add(() -> refreshUntil(over, server, grant)));
      deeds.add(
          () -> {
            for (int fault = 0; fault < 10; fault++) {
              LockSupport.parkNanos(BETWEEN_FAULTS.toNanos());
              database.value(CUT_ALL);
            }
            LockSupport.parkNanos(BETWEEN_FAULTS.multipliedBy(3).toNanos());
            over.set(true);
            return List.of();
          });

      List<List<Answer>> answers = AtOnce.run(deeds).subList(0, APPLICATIONS);

      assertThat(answers.stream().flatMap(List::stream).filter(it -> it.status() == 503))
          .isNotEmpty();
      for (List<Answer> ofOne : answers) {
        assertThat(ofOne)
            .allSatisfy(
                answer -> {
                  assertThat(answer.status()).as(answer::summary).isIn(200, 503);
                  if (answer.status() == 503) {
                    assertUnavailable(answer);
                  }
                });
        assertThat(ofOne.get(ofOne.size() - 1).status()).isEqualTo(200);
      }
    }
  }

  /** As an application does that tries again what it was told to try again. */
  private static List<Answer> refreshUntil(
      AtomicBoolean over, KeycloakServer server, JsonNode first) {
    List<Answer> answers = new ArrayList<>();
    JsonNode tokens = first;
    while (!over.get() || answers.get(answers.size() - 1).status() == 503) {
      Answer answer = DemoApp.refresh(server, Addresses.PACK, tokens);
      answers.add(answer);
      if (answer.status() == 200) {
        tokens = answer.json();
      } else if (answer.status() != 503) {
        return answers;
      }
    }
    return answers;
  }

  @Test
  void whileATableIsMissingTokensAreNeitherGivenNorRevokedAndThenTheyAre() {
    Database database = Database.createShared();
    try (ServerProcess server = KeycloakServer.start(ServerSettings.standard().on(database))) {
      JsonNode kept = authorizeAt(Addresses.PACK, server).tokens().json();
      String given =
          authorizeAt(Addresses.PACK, server).tokens().json().path("refresh_token").asText();

      database.execute("alter table offline_client_session rename to missing");
      assertUnavailable(DemoApp.refresh(server, Addresses.PACK, kept));
      assertUnavailable(DemoApp.revoke(server, Addresses.PACK, given));
      database.execute("alter table missing rename to offline_client_session");

      for (Answer answer :
          List.of(
              DemoApp.refresh(server, Addresses.PACK, kept),
              DemoApp.revoke(server, Addresses.PACK, given))) {
        assertThat(answer.status()).as(answer::summary).isEqualTo(200);
      }
    }
  }

  @Test
  void tokensForWhichTheDatabaseTookItsTimeCount() throws Throwable {
    Database database = Database.createShared();
    try (ServerProcess server = KeycloakServer.start(ServerSettings.standard().on(database))) {
      AuthorizationFlow flow =
          authorizeAt(Addresses.PACK, server).with("scope", "transactions:read");
      Parameters request = flow.tokenRequest(flow.callback(new Browser(server)).get("code"));
      FutureTask<Answer> redemption =
          new FutureTask<>(
              () -> TokenClient.anonymous().post(Addresses.PACK.token(server), request));
      database.whileLocked(
          "offline_user_session",
          () -> {
            new Thread(redemption).start();
            Programs.pause(LONG);
          });

      Answer answer = redemption.get();
      assertThat(answer.status()).as(answer::summary).isEqualTo(200);
      JsonNode tokens = answer.json();
      Answer refreshed = DemoApp.refresh(server, Addresses.PACK, tokens);
      assertThat(refreshed.status()).as(refreshed::summary).isEqualTo(200);
      for (JsonNode given : List.of(tokens, refreshed.json())) {
        assertThat(Gateway.check(server, given.path("access_token").asText()).status())
            .isEqualTo(200);
      }
    }
  }

  private static void assertUnavailable(Answer answer) {
    assertError(answer, 503, "temporarily_unavailable");
    assertThat(answer.header("Retry-After")).isPresent();
  }

  @Test
  void aNodeThatDiesDuringARefreshHoldsNobodyUpAndEndsNoGrant() throws ParseException {
    Cluster cluster = Cluster.shared();
    ServerProcess one = cluster.node(1);
    ServerProcess two = cluster.node(2);
    List<JsonNode> last =
        new ArrayList<>(
            IntStream.range(0, APPLICATIONS)
                .mapToObj(number -> authorizeAt(Addresses.PACK, one).tokens().json())
                .toList());
    List<Callable<Void>> deeds = new ArrayList<>();
    for (int number = 0; number < APPLICATIONS; number++) {
      int mine = number;
      deeds.add(
          () -> {
            try {
              while (true) {
                Answer answer = DemoApp.refresh(two, Addresses.PACK, last.get(mine));
                assertThat(answer.status()).as(answer::summary).isEqualTo(200);
                last.set(mine, answer.json());
              }
            } catch (UncheckedIOException e) {
              return null; // the node is gone
            }
          });
    }
    deeds.add(
        () -> {
          LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
          two.kill();
          return null;
        });

    AtOnce.run(deeds);
    try {
      for (JsonNode tokens : last) {
        // Where the node died between commit and answer, another token counts than the one we have.
        int expected = counts(cluster.database(), tokens) ? 200 : 400;
        long began = System.nanoTime();
        Answer answer = DemoApp.refresh(one, Addresses.PACK, tokens);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(6));
        assertThat(answer.status()).as(answer::summary).isEqualTo(expected);
      }
    } finally {
      two.startAgain();
    }
  }

  /** Whether a refresh token is the one that the database has for its grant, in the end. */
  private static boolean counts(Database database, JsonNode tokens) throws ParseException {
    String id = Jwt.claims(tokens.path("refresh_token").asText()).path("jti").asText();
    return database
        .value(
            "select count(*) from (select 1 from offline_client_session where data like '%%%s %%'"
                    .formatted(id)
                + " for update) counting")
        .equals("1");
  }
}
