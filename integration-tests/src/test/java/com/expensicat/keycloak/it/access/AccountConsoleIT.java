package com.expensicat.keycloak.it.access;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.DEMO_APP;
import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.expensicat.keycloak.it.support.admin.AccountApi;
import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.browser.Look;
import com.expensicat.keycloak.it.support.browser.Window;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where people see which applications have access, and take it back. */
@Tag("slow")
class AccountConsoleIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final String SCOPES = "transactions:read invoices:read";
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private NewPerson person;

  /** Who takes access away, and where. */
  enum TakenBy {
    PERSON {
      @Override
      void takeAway(NewPerson person) {
        assertThat(AccountApi.of(person.person()).takeAway(DEMO_APP).status()).isEqualTo(204);
      }
    },
    ADMIN {
      @Override
      void takeAway(NewPerson person) {
        SERVER.admin().delete(person.path() + "/consents/" + DEMO_APP);
      }
    };

    abstract void takeAway(NewPerson person);
  }

  @BeforeEach
  void aPersonWhoHasGrantedNothing() {
    ADMIN.forgetSignOuts();
    person = NewPerson.join();
  }

  @AfterEach
  void thePersonGoes() {
    person.close();
  }

  @ParameterizedTest
  @EnumSource
  void accessThatIsTakenAwayEndsAtOnceWithAllThatBelongsToIt(TakenBy by) {
    Browser browser = new Browser();
    JsonNode tokens = connect(browser);
    String accessToken = tokens.get("access_token").asText();
    String app = ADMIN.client(DEMO_APP).get("id").asText();
    assertGood(accessToken);
    assertThat(ADMIN.get(person.path() + "/offline-sessions/" + app)).isNotEmpty();

    by.takeAway(person);

    assertNoGood(accessToken);
    for (Addresses addresses : Addresses.values()) {
      Answer refreshed = DemoApp.refresh(addresses, tokens);
      assertThat(refreshed.status()).as(refreshed::summary).isEqualTo(400);
      assertThat(refreshed.json().get("error").asText()).isEqualTo("invalid_grant");
    }
    assertThat(ADMIN.get(person.path() + "/consents")).isEmpty();
    assertThat(ADMIN.get(person.path() + "/offline-sessions/" + app)).isEmpty();
    assertThat(ADMIN.get(person.path() + "/sessions").toString()).doesNotContain(app);
    AuthorizationFlow silent = flow().with("prompt", "none");
    assertThat(silent.callback(silent.start(browser)).get("error"))
        .isIn("interaction_required", "consent_required");
  }

  @Test
  void aTokenFromAnExchangeEndsWithTheConsentAsWell() throws Throwable {
    String partner = "consent-partner";
    ObjectNode client = Json.object("{'secret':'partner-secret','publicClient':false}");
    client.put("clientId", partner);
    try (TestIssuer issuer =
        TestIssuer.trusted(SERVER, "consent-issuer", Map.of("exchangeClients", partner))) {
      String subject = TestIssuer.newSubject();
      String link = person.path() + "/federated-identity/" + issuer.alias();
      ADMIN.post(link, Map.of("userId", subject, "userName", subject));
      ADMIN.withClient(
          client,
          () -> {
            AccountApi account = AccountApi.of(person.person());
            String id = ADMIN.client(partner).get("id").asText();
            String scope = ADMIN.clientScope("invoices:read").get("id").asText();
            assertThat(account.grant(partner, List.of(id, scope)).status()).isEqualTo(200);
            Answer exchanged =
                new SessionExchange(TokenClient.basic(partner, "partner-secret"))
                    .send(Addresses.PACK, issuer.session(subject).compact(), "invoices:read");
            assertThat(exchanged.status()).as(exchanged::summary).isEqualTo(200);
            String token = exchanged.json().get("access_token").asText();
            assertGood(token);

            assertThat(account.takeAway(partner).status()).isEqualTo(204);

            assertNoGood(token);
          });
      ADMIN.delete(link); // else the issuer takes the user along
    }
  }

  @Test
  void aTokenEndsWithThePartOfTheConsentThatItStandsFor() {
    String wide = connect(new Browser()).get("access_token").asText();
    assertGood(wide);

    AccountApi account = AccountApi.of(person.person());
    String app = ADMIN.client(DEMO_APP).get("id").asText();
    String less = ADMIN.clientScope("invoices:read").get("id").asText();
    assertThat(account.grant(DEMO_APP, List.of(app, less)).status()).isEqualTo(200);

    assertNoGood(wide);
  }

  @Test
  void theListSaysSinceWhenAndWhenAnApplicationWasLastUsed() throws InterruptedException {
    JsonNode tokens = connect(new Browser());
    AccountApi account = AccountApi.of(person.person());
    JsonNode connected = account.application(DEMO_APP);
    assertThat(Instant.ofEpochMilli(connected.at("/consent/createdDate").asLong()))
        .isCloseTo(Instant.now(), within(Duration.ofMinutes(1)));
    long lastUsed = connected.path("lastUsed").asLong();
    assertThat(Instant.ofEpochMilli(lastUsed))
        .isCloseTo(Instant.now(), within(Duration.ofMinutes(1)));

    TimeUnit.MILLISECONDS.sleep(1100);
    assertThat(DemoApp.refresh(Addresses.PACK, tokens).status()).isEqualTo(200);
    assertThat(account.application(DEMO_APP).path("lastUsed").asLong()).isGreaterThan(lastUsed);
  }

  @Test
  void theScopesAreInTheWordsOfThePageOnWhichTheyWereGranted() {
    Browser browser = new Browser();
    Answer page = flow().signIn(browser);
    browser.follow(browser.accept(page));

    assertThat(
            AccountApi.of(person.person())
                .application(DEMO_APP)
                .at("/consent/grantedScopes")
                .findValuesAsText("displayText"))
        .contains("Read transactions")
        .allSatisfy(words -> assertThat(page.document().text()).contains(words));
  }

  @Test
  void theScopesAreInThePersonsLanguage() {
    connect(new Browser());

    assertThat(
            AccountApi.of(person.person())
                .in("de")
                .application(DEMO_APP)
                .at("/consent/grantedScopes")
                .findValuesAsText("displayText"))
        .contains("Buchungen lesen", "Sie an einer Kennung wiedererkennen");
  }

  @Test
  void whatWasDeclinedStaysDeclinedWhenTheApplicationComesBack() {
    Browser browser = new Browser();
    AuthorizationFlow flow = flow();
    flow.callback(
        browser.follow(
            browser.consent(
                flow.signIn(browser),
                data ->
                    data.without("scope").and("scope", "invoices:read").with("accept", "Yes"))));

    TakenBy.PERSON.takeAway(person);

    assertThat(flow().start(browser).document().select("[name=scope][checked]").eachAttr("value"))
        .containsExactly("invoices:read");
  }

  @ParameterizedTest
  @EnumSource(names = {"DARK", "PHONE"})
  void aPersonSeesAConnectedApplicationAndTakesItsAccessAwayInABrowser(Look look) {
    String accessToken = connect(new Browser()).get("access_token").asText();
    try (Window window = Window.open(look)) {
      Page page = window.page();
      page.navigate(AccountApi.address() + "applications");
      window.signIn(person.person());
      page.click("#toggle-" + DEMO_APP);
      Locator application = page.locator("#content-" + DEMO_APP);
      Locator lastUsed = application.locator("[data-expensicat-last-used]");
      lastUsed.waitFor();

      assertThat(application.innerText())
          .contains("Read transactions", "Read invoices", "Access granted on", "Last used");
      assertThat(lastUsed.count()).isEqualTo(1);
      assertThat(application.locator("button").count()).isEqualTo(1);
      assertThat(window.accessibilityProblems()).isEmpty();
      assertGood(accessToken);

      application.locator("button").click();
      Locator dialog = page.locator("[role=dialog]");
      dialog.waitFor();
      assertThat(dialog.innerText()).contains(DEMO_APP, "at once", "ask you again");
      assertThat(window.accessibilityProblems()).isEmpty();
      page.waitForResponse(
          response -> response.request().method().equals("DELETE"),
          () -> dialog.locator("button.pf-m-primary").click());

      assertNoGood(accessToken);
      page.locator("#content-" + DEMO_APP).waitFor(detached());
      assertThat(window.complaints()).isEmpty();
    }
    assertThat(ADMIN.get(person.path() + "/consents")).isEmpty();
  }

  private static Locator.WaitForOptions detached() {
    return new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED);
  }

  private AuthorizationFlow flow() {
    return authorizeAt(Addresses.PACK).as(person.person()).with("scope", SCOPES);
  }

  private JsonNode connect(Browser browser) {
    Answer answer = flow().tokens(browser, BodyKind.FORM);
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return answer.json();
  }

  private static void assertGood(String accessToken) {
    JsonNode said = ResourceServer.API.introspect(Addresses.PACK, accessToken);
    assertThat(said.path("active").asBoolean()).as(said::toString).isTrue();
    assertThat(Gateway.check(accessToken).status()).isEqualTo(200);
  }

  private static void assertNoGood(String accessToken) {
    Instant from = Instant.now();
    for (Addresses addresses : Addresses.values()) {
      assertThat(ResourceServer.API.introspect(addresses, accessToken).toString())
          .isEqualTo("{\"active\":false}");
    }
    Gateway.assertInvalidToken(Gateway.check(accessToken));
    assertThat(Duration.between(from, Instant.now())).isLessThan(AT_ONCE);
  }
}
