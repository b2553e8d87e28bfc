package com.expensicat.keycloak.it.server;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.UserAgent;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Container;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.ObservedMetrics;
import com.expensicat.keycloak.it.support.server.Programs;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The three nodes of the compose file behind its proxy, some of which end. The system properties
 * {@code compose.node}, {@code compose.database} and {@code compose.prometheus} name a node's
 * container, the database's, and where Prometheus is. The database goes away last, since it leaves
 * connections behind that are broken.
 */
@EnabledIfSystemProperty(named = "compose.node", matches = ".+")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ComposedClusterIT {

  private static final String SCOPE = "transactions:read";
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final String ALL_ARE_READY =
      "haproxy_backend_active_servers{proxy=\"ready\"} == 3";

  private static final Executor THREADS = task -> new Thread(task).start();

  /** So many gateways ask at once. */
  private static final int GATEWAYS = 4;

  private final KeycloakServer server = KeycloakServer.shared();
  private final Container node = Container.of("compose.node");
  private final Container database = Container.of("compose.database");

  @Test
  void aFlowGoesOnAndNoDecisionIsLostWhenANodeIsKilledInTheMiddle() {
    await(() -> series(ALL_ARE_READY) > 0);
    Browser browser = new Browser();
    JsonNode before = tokens();
    AuthorizationFlow flow = authorizeAt(Addresses.PACK).with("scope", SCOPE);
    Answer login = flow.start(browser);
    AtomicBoolean isOver = new AtomicBoolean();
    List<CompletableFuture<List<Integer>>> gateways = gateways(before, isOver);

    node.kill();
    Answer back = browser.acceptWhereAsked(browser.follow(browser.signIn(login, Person.DEMO)));
    Answer first =
        TokenClient.anonymous()
            .post(Addresses.PACK.token(server), flow.tokenRequest(flow.callback(back).get("code")));
    Answer second = DemoApp.refresh(Addresses.PACK, first.json());
    Answer ofBefore = DemoApp.refresh(Addresses.PACK, before);
    isOver.set(true);
    List<Integer> decisions = decisions(gateways);

    for (Answer answer : List.of(first, second, ofBefore)) {
      assertThat(answer.status()).as(answer::summary).isEqualTo(200);
      assertThat(decision(answer.json())).isEqualTo(200);
    }
    System.out.println("Decisions while a node was killed: " + decisions.size());
    assertThat(decisions).hasSizeGreaterThan(GATEWAYS).containsOnly(200);
  }

  /** Before a node is killed, as the others trust their memory less for a while after that. */
  @Test
  @Order(1)
  void withTheDatabaseAwayOnlyDecisionsAreMadeAndAllElseIsToldToComeBack() {
    JsonNode tokens = tokens();
    await(this::isReady);
    seeByEachNode(tokens);

    database.stop();
    try {
      await(() -> !isReady());
      seeByEachNode(tokens);
      Answer refused = DemoApp.refresh(Addresses.PACK, tokens);
      assertError(refused, 503, "temporarily_unavailable");
      assertThat(refused.header("Retry-After")).isPresent();
    } finally {
      database.start();
    }
    await(this::isReady);
    Answer refreshed = DemoApp.refresh(Addresses.PACK, tokens);
    assertThat(refreshed.status()).as(refreshed::summary).isEqualTo(200);
  }

  /** The proxy asks one node after the other. */
  private static void seeByEachNode(JsonNode tokens) {
    String token = tokens.path("access_token").asText();
    for (int i = 0; i < 9; i++) {
      assertThat(decision(tokens)).isEqualTo(200);
    }
    for (int i = 0; i < 9; i++) {
      assertThat(ResourceServer.API.introspect(Addresses.PACK, token).path("active").asBoolean())
          .isTrue();
    }
  }

  @Test
  @Order(2)
  void nothingFailsWhileANodeStopsAndStarts() {
    await(() -> series(ALL_ARE_READY) > 0);
    JsonNode tokens = tokens();
    AtomicBoolean isOver = new AtomicBoolean();
    List<CompletableFuture<List<Integer>>> gateways = gateways(tokens, isOver);

    CompletableFuture<Void> restarted =
        CompletableFuture.runAsync(
            () -> {
              node.stop();
              node.start();
            },
            THREADS);
    int refreshes = 0;
    for (JsonNode last = tokens; !restarted.isDone() || series(ALL_ARE_READY) == 0; refreshes++) {
      Answer refreshed = DemoApp.refresh(Addresses.PACK, last);
      assertThat(refreshed.status()).as(refreshed::summary).isEqualTo(200);
      last = refreshed.json();
      Programs.pause(PAUSE); // for the proxy's limit
    }
    restarted.join();
    isOver.set(true);
    List<Integer> decisions = decisions(gateways);

    System.out.println(
        "While a node stopped and started: %d refreshes, %d decisions"
            .formatted(refreshes, decisions.size()));
    assertThat(decisions).hasSizeGreaterThan(GATEWAYS).containsOnly(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/admin",
        "/admin/realms/expensicat",
        "/%61dmin/master/console/",
        "/realms/master",
        "/realms/%6daster/protocol/openid-connect/auth",
        "/metrics",
        "/health",
        "/health/ready"
      })
  void whatIsNotForEverybodyIsNotThere(String path) {
    assertThat(get(server.baseUrl() + path).status()).isEqualTo(404);
  }

  @Test
  void prometheusHasEveryMetricThatIsAskedFor() {
    decision(tokens());
    Gateway.check("garbage");
    DemoApp.refresh(Addresses.PACK, tokens());

    for (String metric : ObservedMetrics.names()) {
      await(() -> series(metric) > 0, metric);
    }
    assertThat(series("up{job=\"proxy\"} == 1")).isEqualTo(1);
  }

  private static int series(String query) {
    return get(System.getProperty("compose.prometheus")
            + "/api/v1/query?query="
            + URLEncoder.encode(query, StandardCharsets.UTF_8))
        .json()
        .at("/data/result")
        .size();
  }

  private static JsonNode tokens() {
    return authorizeAt(Addresses.PACK).with("scope", SCOPE).tokens().json();
  }

  private static List<CompletableFuture<List<Integer>>> gateways(
      JsonNode tokens, AtomicBoolean isOver) {
    return Stream.generate(
            () -> CompletableFuture.supplyAsync(() -> decisions(tokens, isOver), THREADS))
        .limit(GATEWAYS)
        .toList();
  }

  private static List<Integer> decisions(List<CompletableFuture<List<Integer>>> gateways) {
    return gateways.stream().map(CompletableFuture::join).flatMap(List::stream).toList();
  }

  private static List<Integer> decisions(JsonNode tokens, AtomicBoolean isOver) {
    return Stream.generate(() -> decision(tokens)).takeWhile(status -> !isOver.get()).toList();
  }

  private static int decision(JsonNode tokens) {
    return Gateway.check(tokens.path("access_token").asText(), SCOPE).status();
  }

  private boolean isReady() {
    return get(server.realmUrl()).status() == 200;
  }

  private static Answer get(String address) {
    return UserAgent.send(HttpRequest.newBuilder(URI.create(address)));
  }

  private static void await(BooleanSupplier condition) {
    await(condition, "It");
  }

  private static void await(BooleanSupplier condition, String what) {
    Instant deadline = Instant.now().plus(LONGEST);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as(what).isBefore(deadline);
      Programs.pause(PAUSE);
    }
  }
}
