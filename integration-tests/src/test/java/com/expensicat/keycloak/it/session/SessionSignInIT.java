package com.expensicat.keycloak.it.session;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.Events;
import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Cases;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.BetterAuth;
import com.expensicat.keycloak.it.support.session.HandOver;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.expensicat.keycloak.it.support.session.TrustedIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever is signed in at the issuer signs in here by a JWT made for that, and by no other. */
class SessionSignInIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final String ALIAS = "sign-in";
  private static final String REAL_ALIAS = "sign-in-real";
  private static final String PASSWORD = "correct horse battery";
  private static final String SCOPE = "transactions:read";
  private static final Pattern NOW = Pattern.compile("NOW([+-]\\d+)");

  private static TestIssuer issuer;
  private static Events events;

  private final AdminApi admin = SERVER.admin();
  private final SessionJwt session = issuer.session(TestIssuer.newSubject());

  @BeforeAll
  static void trustAnIssuer() {
    SERVER.admin().forgetSignOuts();
    events = Events.ofRefusals(SERVER.admin());
    issuer = TestIssuer.handingOver(SERVER, ALIAS, "/hand-over?from=cats");
  }

  @AfterAll
  static void removeIt() {
    issuer.close();
    events.close();
  }

  static Stream<Arguments> bad() {
    return Cases.of("session-sign-ins.csv");
  }

  @ParameterizedTest
  @EnumSource
  void whoeverIsSignedInAtTheIssuerReachesTheConsentPageWithoutAPassword(Addresses addresses)
      throws Exception {
    AuthorizationFlow flow = flow(addresses);
    HandOver handOver = HandOver.choose(flow, new Browser(), ALIAS);

    Answer consentPage =
        handOver.post(handOver.assertion(session.claim("org", "org_42").claim("jti", "once")));

    assertThat(consentPage.form(Browser.CONSENT_FORM)).as(consentPage::summary).isPresent();
    Parameters back =
        flow.callback(handOver.browser().follow(handOver.browser().accept(consentPage)));
    Answer tokens =
        TokenClient.anonymous().post(addresses.token(SERVER), flow.tokenRequest(back.get("code")));
    JsonNode claims = Jwt.claims(tokens.json().path("access_token").asText());
    assertThat(claims.path("scope").asText()).isEqualTo(SCOPE);
    assertThat(claims.path("sub").asText()).isEqualTo(issuer.user(session).path("id").asText());
    assertThat(claims.path("expensicat_sub").asText()).isEqualTo(session.subject());
    assertThat(claims.path("org").asText()).isEqualTo("org_42");
  }

  @Test
  void thePersonIsNotAskedAgainAfterThat() {
    HandOver handOver = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    Answer consentPage = handOver.post(handOver.assertion(session));
    handOver.browser().follow(handOver.browser().accept(consentPage));

    Parameters back = flow(Addresses.PACK).with("prompt", "none").callback(handOver.browser());

    assertThat(back.find("code")).as(back::toString).isPresent();
  }

  @Test
  void theHandOverPageGetsStateAndNonceAndNothingElse() {
    HandOver first = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    HandOver second = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);

    assertThat(first.page().toString()).startsWith(issuer.issuer() + "/hand-over?from=cats&");
    assertThat(first.query().names()).containsExactly("from", "state", "nonce");
    assertThat(first.nonce()).hasSizeGreaterThanOrEqualTo(43).isNotEqualTo(second.nonce());
    assertThat(first.state()).isNotEqualTo(second.state());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "handOverUrl=https://evil.test",
        "hand_over_url=https://evil.test",
        "login_hint=https://evil.test",
        "kc_idp_hint=https://evil.test",
        "nonce=chosen-by-the-request"
      })
  void noParameterSendsTheBrowserElsewhere(String parameter) {
    String[] pair = parameter.split("=", 2);
    Browser browser = new Browser();
    Answer loginPage = flow(Addresses.PACK).with(pair[0], pair[1]).start(browser);
    URI link =
        URI.create(
            loginPage.document().select("#social-" + ALIAS).attr("abs:href")
                + "&"
                + Parameters.of(pair[0], pair[1]).encoded());

    HandOver handOver = HandOver.sent(browser.open(link), browser, ALIAS);

    assertThat(handOver.page().toString()).startsWith(issuer.issuer() + "/hand-over?from=cats&");
    assertThat(handOver.query().names()).containsExactly("from", "state", "nonce");
    assertThat(handOver.page().toString()).doesNotContain("evil", "chosen");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void noOtherJwtSignsAnybodyIn(String name, String change, String reason) throws Exception {
    HandOver handOver = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    Events.Watch watch = events.watch(Events.SIGN_IN_REFUSED);

    Answer answer = handOver.post(changed(handOver, change));

    assertNotSignedIn(handOver.browser(), answer);
    assertThat(watch.reason()).isEqualTo(reason);
  }

  @Test
  void aJwtThatAnotherKeySignedSignsNobodyIn() throws Exception {
    HandOver handOver = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    Events.Watch watch = events.watch(Events.SIGN_IN_REFUSED);
    SessionJwt good = handOver.assertion(session);

    Answer answer =
        handOver.post(new SessionJwt(good.header(), good.claims(), SigningKey.ed25519("ed")));

    assertNotSignedIn(handOver.browser(), answer);
    assertThat(watch.reason()).isEqualTo("signature_invalid");
  }

  @Test
  void aJwtOfAnotherTrustedIssuerSignsNobodyInHere() throws Exception {
    try (TestIssuer other = TestIssuer.trusted(SERVER, "sign-in-elsewhere", Map.of())) {
      HandOver handOver = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
      Events.Watch watch = events.watch(Events.SIGN_IN_REFUSED);

      Answer answer = handOver.post(handOver.assertion(other.session()));

      assertNotSignedIn(handOver.browser(), answer);
      assertThat(watch.reason()).isEqualTo("issuer_unknown");
    }
  }

  @Test
  void aJwtCountsOnceInItsOwnBrowser() {
    HandOver handOver = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    SessionJwt assertion = handOver.assertion(session);
    assertThat(handOver.post(assertion).form(Browser.CONSENT_FORM)).isPresent();

    Answer again = handOver.post(assertion);

    assertThat(again.location()).as(again::summary).isEmpty();
    assertThat(again.status()).isLessThan(500);
  }

  @Test
  void aJwtDoesNotCountInALaterSignIn() throws Exception {
    HandOver first = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    SessionJwt assertion = first.assertion(session);
    first.post(assertion);
    HandOver second = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    Events.Watch watch = events.watch(Events.SIGN_IN_REFUSED);

    Answer answer = second.post(assertion);

    assertNotSignedIn(second.browser(), answer);
    assertThat(watch.reason()).isEqualTo("nonce_mismatch");
  }

  @Test
  void aRefusedHandOverCannotBeTriedAgainWithAnotherJwt() {
    HandOver handOver = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    handOver.post(handOver.assertion(session).claim("nonce", "wrong"));

    Answer answer = handOver.post(handOver.assertion(session));

    assertNotSignedIn(handOver.browser(), answer);
  }

  @Test
  void aPlantedSignInDoesNotCountInABrowserThatStartedNone() {
    HandOver attacker = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    Browser victim = new Browser();

    Answer answer = attacker.post(victim, attacker.assertion(session));

    assertThat(answer.status()).as(answer::summary).isEqualTo(400);
    assertNotSignedIn(victim, answer);
  }

  @Test
  void aPlantedSignInDoesNotCountInABrowserThatStartedItsOwn() {
    HandOver attacker = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    HandOver victim = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);

    Answer answer = attacker.post(victim.browser(), attacker.assertion(session));

    assertNotSignedIn(victim.browser(), answer);
  }

  @Test
  void anAttackersJwtDoesNotCountInTheVictimsSignIn() throws Exception {
    HandOver attacker = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    HandOver victim = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    Events.Watch watch = events.watch(Events.SIGN_IN_REFUSED);

    Answer answer = victim.post(attacker.assertion(session));

    assertNotSignedIn(victim.browser(), answer);
    assertThat(watch.reason()).isEqualTo("nonce_mismatch");
  }

  @Test
  void aStolenSignInDoesNotCountInTheAttackersBrowser() throws Exception {
    HandOver victim = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    SessionJwt stolen = victim.assertion(session);
    HandOver attacker = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);

    assertNotSignedIn(new Browser(), victim.post(new Browser(), stolen));
    assertNotSignedIn(attacker.browser(), victim.post(attacker.browser(), stolen));

    HandOver again = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    Events.Watch watch = events.watch(Events.SIGN_IN_REFUSED);
    assertNotSignedIn(again.browser(), again.post(stolen));
    assertThat(watch.reason()).isEqualTo("nonce_mismatch");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "junk",
        "a.b.c",
        "a.b.!",
        "a.b.Yw",
        "a.b.Yw.c",
        "a.b.Yw.e30",
        "..",
        "...",
        "%00",
        "<script>",
        "LONG"
      })
  void aStateThatIsNoneGetsAPage(String state) {
    Browser browser = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS).browser();
    Parameters form =
        Parameters.of("state", state.equals("LONG") ? "x".repeat(10_000) : state)
            .and("assertion", session.compact());

    for (Parameters sent : List.of(form, form.without("assertion"), form.without("state"))) {
      Answer answer = browser.post(HandOver.endpoint(ALIAS), sent);

      assertThat(answer.status()).as(answer::summary).isEqualTo(400);
      assertThat(answer.header("Content-Type").orElseThrow()).startsWith("text/html");
      assertThat(answer.body()).doesNotContain("<script>alert", session.compact());
    }
  }

  @ParameterizedTest
  @CsvSource({"'', .", "'', .e30", "'', x", "x, ''"})
  void aStateThatWasChangedGetsAPage(String before, String after) {
    HandOver handOver = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    Parameters form =
        Parameters.of(
            "state",
            before + handOver.state() + after,
            "assertion",
            handOver.assertion(session).compact());

    Answer answer = handOver.browser().post(HandOver.endpoint(ALIAS), form);

    assertThat(answer.status()).as(answer::summary).isLessThan(500);
    assertThat(handOver.browser().follow(answer).status()).as(answer::summary).isLessThan(500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "junk", "a.b.c", "..", "LONG"})
  void whatIsNoJwtSignsNobodyIn(String assertion) {
    HandOver handOver = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    Parameters form =
        Parameters.of(
            "state",
            handOver.state(),
            "assertion",
            assertion.equals("LONG") ? "x".repeat(100_000) : assertion);

    Answer answer =
        handOver.browser().follow(handOver.browser().post(HandOver.endpoint(ALIAS), form));

    assertNotSignedIn(handOver.browser(), answer);
  }

  @Test
  void theHandOverTakesNothingButAForm() {
    Browser browser = new Browser();

    Answer query = browser.get(URI.create(HandOver.endpoint(ALIAS) + "?state=a&assertion=b"));
    Answer json =
        browser.send(
            HttpRequest.newBuilder(HandOver.endpoint(ALIAS))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}")));

    assertThat(query.status()).isEqualTo(405);
    assertThat(json.status()).isBetween(400, 415);
  }

  @Test
  void aPendingActionIsDoneBeforeTheCode() throws Exception {
    String user = "/users/" + made(session).path("id").asText();
    admin.put(user, Json.object("{'requiredActions':['UPDATE_PASSWORD']}"));
    AuthorizationFlow flow = flow(Addresses.PACK);
    HandOver handOver = HandOver.choose(flow, new Browser(), ALIAS);

    Answer asked = handOver.post(handOver.assertion(session));

    assertThat(asked.form("form:has([name=password-new])")).as(asked::summary).isPresent();
    assertThat(
            flow(Addresses.PACK).with("prompt", "none").callback(handOver.browser()).find("code"))
        .isEmpty();
    Answer done =
        handOver
            .browser()
            .follow(
                handOver
                    .browser()
                    .submit(
                        asked.form("form:has([name=password-new])").orElseThrow(),
                        data ->
                            data.with("password-new", "a password")
                                .with("password-confirm", "a password")));
    Parameters back = flow.callback(handOver.browser().follow(handOver.browser().accept(done)));
    assertThat(back.find("code")).as(back::toString).isPresent();
  }

  @Test
  void aDisabledUserGetsAPage() throws Exception {
    String user = "/users/" + made(session).path("id").asText();
    admin.put(user, Json.object("{'enabled':false}"));
    HandOver handOver = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
    Events.Watch watch = events.watch(Events.SIGN_IN_REFUSED);

    Answer answer = handOver.post(handOver.assertion(session));

    assertNotSignedIn(handOver.browser(), answer);
    assertThat(watch.reason()).isEqualTo("user_disabled");
  }

  @Test
  void aPersonWhomNobodyAddedIsRefusedWhereTheIssuerRefuses() throws Throwable {
    withIssuer(
        "firstMeeting",
        "refuse",
        () -> {
          HandOver handOver = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);
          Events.Watch watch = events.watch(Events.SIGN_IN_REFUSED);

          Answer answer = handOver.post(handOver.assertion(session));

          assertNotSignedIn(handOver.browser(), answer);
          assertThat(watch.reason()).isEqualTo("first_meeting_refused");
        });
  }

  @Test
  void whoHasNobodySignedInThereGoesBackToTheLoginPage() {
    AuthorizationFlow flow = flow(Addresses.PACK);
    HandOver handOver = HandOver.choose(flow, new Browser(), ALIAS);

    Answer loginPage = handOver.postThatNobodyIsSignedIn();

    assertLoginPageWithoutError(loginPage);
    assertPasswordWorks(flow, handOver.browser(), loginPage);
  }

  @Test
  void withoutAHandOverPageTheIssuerIsNotOnTheLoginPage() {
    try (TestIssuer other = TestIssuer.trusted(SERVER, "sign-in-not", Map.of())) {
      Answer loginPage = flow(Addresses.PACK).start(new Browser());

      assertThat(loginPage.document().select("#social-" + other.alias())).isEmpty();
      assertThat(loginPage.document().select("#social-" + ALIAS)).hasSize(1);
    }
  }

  @Test
  void anIssuerThatIsSwitchedOffSignsNobodyIn() throws Throwable {
    HandOver handOver = HandOver.choose(flow(Addresses.PACK), new Browser(), ALIAS);

    admin.withChange(
        issuer.path(),
        provider -> provider.put("enabled", false),
        () -> assertNotSignedIn(handOver.browser(), handOver.post(handOver.assertion(session))));
  }

  @ParameterizedTest
  @EnumSource
  void triedFirstTheIssuerIsAskedBeforeTheLoginPage(Addresses addresses) throws Throwable {
    withIssuer(
        "tryFirst",
        "true",
        () -> {
          AuthorizationFlow flow = flow(addresses);
          HandOver handOver = triedFirst(flow);
          assertThat(handOver.query().get("prompt")).isEqualTo("none");

          Answer consentPage = handOver.post(handOver.assertion(session));

          assertThat(consentPage.form(Browser.CONSENT_FORM)).as(consentPage::summary).isPresent();
        });
  }

  @ParameterizedTest
  @EnumSource
  void triedFirstInVainTheLoginPageHasNoErrorAndAPasswordWorks(Addresses addresses)
      throws Throwable {
    withIssuer(
        "tryFirst",
        "true",
        () -> {
          AuthorizationFlow flow = flow(addresses);
          HandOver handOver = triedFirst(flow);

          Answer loginPage = handOver.postThatNobodyIsSignedIn();

          assertLoginPageWithoutError(loginPage);
          assertPasswordWorks(flow, handOver.browser(), loginPage);
        });
  }

  @Test
  void triedFirstWithABadJwtNobodyIsSignedIn() throws Throwable {
    withIssuer(
        "tryFirst",
        "true",
        () -> {
          HandOver handOver = triedFirst(flow(Addresses.PACK));

          Answer answer = handOver.post(session);

          assertThat(answer.status()).isLessThan(500);
          assertThat(answer.form(Browser.CONSENT_FORM)).isEmpty();
        });
  }

  @ParameterizedTest
  @EnumSource
  void triedFirstThePersonMayStillAskForTheLoginPage(Addresses addresses) throws Throwable {
    withIssuer(
        "tryFirst",
        "true",
        () -> {
          Answer answer = flow(addresses).with("prompt", "login").start(new Browser());

          assertLoginPageWithoutError(answer);
        });
  }

  @ParameterizedTest
  @EnumSource
  void triedFirstARequestThatMayNotAskIsAnsweredAtOnce(Addresses addresses) throws Throwable {
    withIssuer(
        "tryFirst",
        "true",
        () -> {
          Parameters back = flow(addresses).with("prompt", "none").callback(new Browser());

          assertThat(back.get("error")).isEqualTo("login_required");
        });
  }

  @Test
  void whoeverIsSignedInAlreadyCanAddTheIssuer() throws Throwable {
    Person person = new Person("linking-" + UUID.randomUUID(), "a password");
    ObjectNode user =
        Json.object(
            "{'enabled':true,'firstName':'Linda','credentials':[{'type':'password','value':'%s'}]}"
                .formatted(person.password()));
    user.put("username", person.username()).put("email", person.username() + "@people.test");
    ObjectNode client =
        Json.object(
            "{'clientId':'linking','publicClient':true,'fullScopeAllowed':true,'redirectUris':['%s']}"
                .formatted(AuthorizationFlow.CALLBACK));
    admin.withClient(
        client,
        () ->
            admin.withUser(
                user,
                () -> {
                  mayManageTheAccount(person);
                  Browser browser = new Browser();
                  AuthorizationFlow flow =
                      flow(Addresses.PACK)
                          .with("client_id", "linking")
                          .with("kc_action", "idp_link:" + ALIAS)
                          .as(person);
                  Answer asked = browser.follow(browser.accept(flow.signIn(browser)));
                  HandOver handOver =
                      HandOver.sent(
                          browser.follow(
                              browser.submit(
                                  asked
                                      .form("form")
                                      .orElseThrow(() -> new AssertionError(asked.summary())),
                                  data -> data)),
                          browser,
                          ALIAS);

                  Answer linked = handOver.post(handOver.assertion(session));

                  JsonNode links =
                      admin.get(admin.userPath(person.username()) + "/federated-identity");
                  assertThat(links).as(linked::summary).hasSize(1);
                  assertThat(links.get(0).path("userId").asText()).isEqualTo(session.subject());
                }));
  }

  private void mayManageTheAccount(Person person) {
    String account = admin.client("account").path("id").asText();
    admin.post(
        admin.userPath(person.username()) + "/role-mappings/clients/" + account,
        List.of(admin.get("/clients/" + account + "/roles/manage-account")));
  }

  @ParameterizedTest
  @EnumSource
  void aPersonOfTheRealIssuerSignsInByItsPage(Addresses addresses) throws Throwable {
    try (BetterAuth application =
            BetterAuth.start(
                SERVER.realmUrl(),
                Map.of("BROKER_ENDPOINT", HandOver.endpoint(REAL_ALIAS).toString()));
        TrustedIssuer trusted =
            TrustedIssuer.of(
                application,
                REAL_ALIAS,
                Map.of("handOverUrl", application.handOverUrl(), "tryFirst", "true"))) {
      BetterAuth.Session person =
          application.signUp("Ada", UUID.randomUUID() + "@expensicat.test", PASSWORD);
      AuthorizationFlow flow = flow(addresses);

      HandOver tried =
          HandOver.sent(flow.start(person.browser()), person.browser(), trusted.alias());
      Answer consentPage = tried.openPage();

      assertThat(consentPage.form(Browser.CONSENT_FORM)).as(consentPage::summary).isPresent();
      Parameters back =
          flow.callback(person.browser().follow(person.browser().accept(consentPage)));
      JsonNode tokens =
          TokenClient.anonymous()
              .post(addresses.token(SERVER), flow.tokenRequest(back.get("code")))
              .json();
      JsonNode claims = Jwt.claims(tokens.path("access_token").asText());
      assertThat(claims.path("expensicat_sub").asText()).isEqualTo(person.subject());
      assertThat(claims.path("org").asText()).isEqualTo("cats-and-company");

      assertNobodyThereGoesBackAndByTheLinkIn(application, addresses, person);
    }
  }

  /** A browser without a session there: the login page, and by its link the page that asks. */
  private static void assertNobodyThereGoesBackAndByTheLinkIn(
      BetterAuth application, Addresses addresses, BetterAuth.Session person) {
    Browser browser = new Browser();
    AuthorizationFlow flow = flow(addresses);
    Answer loginPage = HandOver.sent(flow.start(browser), browser, "").openPage();
    assertLoginPageWithoutError(loginPage);

    HandOver chosen = HandOver.choose(loginPage, browser, REAL_ALIAS);
    Answer signedIn =
        application.signIn(browser, browser.get(chosen.page()), person.email(), PASSWORD);
    Answer codeOrConsent = chosen.sendForm(browser.follow(signedIn));

    assertThat(flow.callback(codeOrConsent).find("code")).isPresent();
  }

  private static AuthorizationFlow flow(Addresses addresses) {
    return authorizeAt(addresses).with("scope", SCOPE);
  }

  private HandOver triedFirst(AuthorizationFlow flow) {
    Browser browser = new Browser();
    return HandOver.sent(flow.start(browser), browser, ALIAS);
  }

  private void withIssuer(String setting, String value, Executable test) throws Throwable {
    admin.withChange(
        issuer.path(), provider -> provider.withObject("/config").put(setting, value), test);
  }

  /** The user of a person who has been met. */
  private static JsonNode made(SessionJwt session) {
    ResourceServer.API.introspect(Addresses.PACK, session.compact());
    return issuer.user(session);
  }

  /** A good assertion, changed as the table says; {@code null} takes a claim out. */
  private SessionJwt changed(HandOver handOver, String change) {
    long now = Instant.now().getEpochSecond();
    String text =
        NOW.matcher(
                change
                    .replace("ISSUER", issuer.issuer())
                    .replace("REALM", SERVER.realmUrl())
                    .replace("SERVER", SERVER.baseUrl())
                    .replace("NONCE", handOver.nonce()))
            .replaceAll(offset -> Long.toString(now + Long.parseLong(offset.group(1))));
    SessionJwt assertion = handOver.assertion(session);
    for (Map.Entry<String, JsonNode> claim : Json.object(text).properties()) {
      assertion =
          claim.getValue().isNull()
              ? assertion.without(claim.getKey())
              : assertion.claim(claim.getKey(), claim.getValue());
    }
    return assertion;
  }

  /** Neither a code, nor a page behind the login, nor a session in the browser. */
  private static void assertNotSignedIn(Browser browser, Answer answer) {
    assertThat(answer.status()).as(answer::summary).isLessThan(500);
    assertThat(answer.location()).as(answer::summary).isEmpty();
    assertThat(answer.form(Browser.CONSENT_FORM)).as(answer::summary).isEmpty();
    Parameters back = flow(Addresses.KEYCLOAK).with("prompt", "none").callback(browser);
    assertThat(back.find("error")).hasValue("login_required");
  }

  private static void assertLoginPageWithoutError(Answer page) {
    assertThat(page.status()).as(page::summary).isEqualTo(200);
    assertThat(page.form(Browser.LOGIN_FORM)).as(page::summary).isPresent();
    assertThat(page.document().select(".pf-m-danger, .alert-error, [class*=error]").text())
        .isEmpty();
  }

  private static void assertPasswordWorks(
      AuthorizationFlow flow, Browser browser, Answer loginPage) {
    Answer consentPage = browser.follow(browser.signIn(loginPage, Person.DEMO));
    Answer back = browser.acceptWhereAsked(consentPage);
    assertThat(flow.callback(back).find("code")).isPresent();
  }
}
