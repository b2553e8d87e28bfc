package com.expensicat.keycloak.it.attack;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.StockConsent.assertNoCode;
import static com.expensicat.keycloak.it.support.oauth.StockConsent.stockConsentAddress;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.CookieJar;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;

/** Attacks by way of a person's browser: its pages, forms and cookies. */
class BrowserAttackIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final String SCOPE = "transactions:read";
  private static final String IDENTITY = "KEYCLOAK_IDENTITY";
  private static final String AUTH_SESSION = "AUTH_SESSION_ID";
  private static final String RESTART = "KC_RESTART";

  private final Browser browser = new Browser();
  private NewPerson victim;
  private NewPerson attacker;

  @BeforeEach
  void twoPeopleWhoHaveGrantedNothing() {
    victim = NewPerson.join();
    attacker = NewPerson.join();
  }

  @AfterEach
  void theyGo() {
    victim.close();
    attacker.close();
  }

  private AuthorizationFlow flow(Attack attack) {
    return flow(attack, victim);
  }

  private static AuthorizationFlow flow(Attack attack, NewPerson person) {
    return authorizeAt(attack.addresses()).as(person.person()).with("scope", SCOPE);
  }

  private static void assertNothingGranted(NewPerson person) {
    assertThat(ADMIN.get(person.path() + "/consents")).isEmpty();
  }

  private static void assertNotSignedIn(Attack attack, Browser browser) {
    AuthorizationFlow silent =
        authorizeAt(attack.addresses()).with("scope", SCOPE).with("prompt", "none");
    assertThat(silent.callback(silent.start(browser)).get("error")).isEqualTo("login_required");
  }

  /** The consent page of the victim, in its browser. */
  private Answer consentPage(Attack attack) {
    Answer page = flow(attack).signIn(browser);
    assertThat(page.form(Browser.CONSENT_FORM)).as(page::summary).isPresent();
    return page;
  }

  private static URI action(Answer page) {
    return URI.create(page.document().selectFirst("form").absUrl("action"));
  }

  private static URI withQuery(URI uri, UnaryOperator<Parameters> edit) {
    return URI.create(
        uri.toString().replaceFirst("\\?.*", "")
            + "?"
            + edit.apply(Parameters.decode(uri.getRawQuery())).encoded());
  }

  @AttackTest("W01")
  void aConsentFormFromAnotherBrowserCountsForNothing(Attack attack) {
    Answer page = consentPage(attack);
    Browser other = new Browser();

    assertNoCode(other.follow(other.accept(page)));

    assertNothingGranted(victim);
  }

  @AttackTest("W02")
  void aConsentFormNeedsItsSessionCode(Attack attack) {
    Answer page = consentPage(attack);
    Parameters yes = Parameters.of("accept", "Yes", "scope", SCOPE);

    for (UnaryOperator<Parameters> edit :
        List.<UnaryOperator<Parameters>>of(
            query -> query.without("session_code"),
            query -> query.with("session_code", "forged"),
            query -> query.with("session_code", ""))) {
      assertNoCode(browser.follow(browser.post(withQuery(action(page), edit), yes)));
      assertNothingGranted(victim);
    }
  }

  @AttackTest("W03")
  void theAttackersConsentFormGrantsNothingOfTheVictim(Attack attack) {
    consentPage(attack);
    Answer attackers = flow(attack, attacker).signIn(new Browser());

    assertNoCode(browser.follow(browser.accept(attackers)));

    assertNothingGranted(victim);
    assertNothingGranted(attacker);
  }

  @AttackTest("W04")
  void aLoginFormFromAnotherBrowserSignsNobodyIn(Attack attack) {
    Answer page = flow(attack).start(browser);
    Browser other = new Browser();

    assertNoCode(other.follow(other.signIn(page, victim.person())));

    assertNotSignedIn(attack, other);
    assertNotSignedIn(attack, browser);
  }

  @AttackTest("W05")
  void keycloaksOwnConsentActionGivesNothing(Attack attack) {
    Answer page = consentPage(attack);

    assertNoCode(
        browser.follow(browser.post(stockConsentAddress(page), Parameters.of("accept", "Yes"))));

    assertThat(ADMIN.get(victim.path() + "/consents").toString()).doesNotContain(SCOPE);
    assertNotSignedIn(attack, browser);
  }

  @AttackTest("W06")
  void aScopeThatWasNotAskedForIsNotGranted(Attack attack) {
    AuthorizationFlow flow = flow(attack);
    Answer page = flow.signIn(browser);

    Parameters callback =
        flow.callback(
            browser.follow(
                browser.consent(
                    page, data -> data.and("scope", "team:admin").with("accept", "Yes"))));

    Answer tokens =
        TokenClient.anonymous()
            .post(attack.addresses().token(SERVER), flow.tokenRequest(callback.get("code")));
    assertThat(tokens.json().path("scope").asText()).as(tokens::summary).isEqualTo(SCOPE);
  }

  @AttackTest("W07")
  void promptNoneSkipsNoConsent(Attack attack) {
    AuthorizationFlow flow = flow(attack);
    flow.callback(browser);
    AuthorizationFlow silent =
        flow.with("scope", "transactions:read banking:write").with("prompt", "none");

    assertThat(silent.callback(silent.start(browser)).get("error"))
        .isEqualTo("interaction_required");
    assertNotSignedIn(attack, new Browser());
  }

  /** The pages that a person sees on the way, and one for an error. */
  private Stream<Answer> pages(Attack attack) {
    Browser another = new Browser();
    return Stream.of(
        flow(attack).start(new Browser()),
        flow(attack).signIn(another),
        flow(attack).with("client_id", "nobody").start(another));
  }

  @AttackTest("W08")
  void noPageIsShownInAFrameOfAnotherSite(Attack attack) {
    Answer guide = new Browser().get(URI.create(SERVER.packUrl() + "/"));
    Stream.concat(pages(attack), Stream.of(guide))
        .forEach(
            page -> {
              assertThat(page.header("Content-Security-Policy").orElseThrow())
                  .as(page::summary)
                  .contains("frame-ancestors 'self'");
              assertThat(page.header("X-Frame-Options").orElseThrow())
                  .as(page::summary)
                  .isIn("SAMEORIGIN", "DENY");
            });
  }

  @AttackTest("W09")
  void noPageTellsOtherSitesItsAddress(Attack attack) {
    pages(attack)
        .forEach(
            page ->
                assertThat(page.header("Referrer-Policy"))
                    .as(page::summary)
                    .hasValue("no-referrer"));
  }

  @AttackTest("W10")
  void aPasswordIsNotSentOn(Attack attack) {
    Answer answer = browser.signIn(flow(attack).start(browser), victim.person());
    assertThat(answer.status()).as(answer::summary).isIn(302, 303);

    Answer code = browser.accept(browser.follow(answer));
    assertThat(code.status()).as(code::summary).isIn(302, 303);
  }

  @AttackTest("W11")
  void everyAnswerNamesTheRealm(Attack attack) {
    AuthorizationFlow flow = flow(attack);
    AuthorizationFlow unknown = flow.with("scope", "unknown");
    Parameters refused = flow.callback(browser.follow(browser.cancel(flow.signIn(browser))));
    Parameters failed = unknown.callback(unknown.start(browser));
    Parameters granted = flow.callback(browser);

    assertThat(refused.get("error")).isEqualTo("access_denied");
    assertThat(failed.get("error")).isEqualTo("invalid_scope");
    assertThat(granted.find("code")).isPresent();
    for (Parameters callback : List.of(refused, failed, granted)) {
      assertThat(callback.all("iss")).containsExactly(SERVER.realmUrl());
    }
  }

  /** The victim signs in, and agrees, at whatever page the attacker's link leads to. */
  private void victimFollows(URI link) {
    Answer page = browser.open(link);
    if (page.form(Browser.LOGIN_FORM).isPresent()) {
      page = browser.follow(browser.signIn(page, victim.person()));
    }
    browser.acceptWhereAsked(page);
  }

  private void assertAttackerHasNothing(Attack attack, Browser attackers, Answer page) {
    assertNoCode(attackers.open(action(page)));
    assertNoCode(attackers.open(page.uri()));
    assertNotSignedIn(attack, attackers);
  }

  @AttackTest("W12")
  void aLoginThatTheAttackerBeganIsNotGivenToTheAttacker(Attack attack) {
    Browser attackers = new Browser();
    Answer page = flow(attack, attacker).start(attackers);

    victimFollows(action(page));
    victimFollows(page.uri());

    assertAttackerHasNothing(attack, attackers, page);
  }

  private static URI restart(Answer page, UnaryOperator<Parameters> edit) {
    return URI.create(
        SERVER.realmUrl()
            + "/login-actions/restart?"
            + edit.apply(
                    Parameters.decode(action(page).getRawQuery())
                        .without("session_code")
                        .without("execution"))
                .encoded());
  }

  private static String cookie(Browser browser, String name) {
    return browser.cookies().all().stream()
        .filter(cookie -> cookie.name().equals(name))
        .map(CookieJar.Cookie::value)
        .findFirst()
        .orElseThrow();
  }

  @AttackTest("W13")
  void aRestartOfTheAttackersTabIsNotGivenToTheAttacker(Attack attack) {
    Browser attackers = new Browser();
    Answer page = flow(attack, attacker).start(attackers);
    String session = cookie(attackers, AUTH_SESSION);

    victimFollows(restart(page, query -> query.with("auth_session_id", session)));
    victimFollows(
        restart(page, query -> query.with("auth_session_id", session).with("skip_logout", "true")));
    victimFollows(restart(page, query -> query));

    assertAttackerHasNothing(attack, attackers, page);
  }

  @AttackTest("W14")
  void aRestartInTheMiddleOfConsentIsNoAnswerToIt(Attack attack) {
    Answer page = consentPage(attack);

    Answer again = browser.open(restart(page, query -> query));
    assertNoCode(again);
    if (again.form(Browser.LOGIN_FORM).isPresent()) {
      again = browser.follow(browser.signIn(again, victim.person()));
    }

    assertNoCode(again);
    assertThat(again.form(Browser.CONSENT_FORM)).as(again::summary).isPresent();
    assertNothingGranted(victim);
  }

  /** What an address of Keycloak's own says of the request that a sign-in began with. */
  private static String clientData(Map<String, String> data) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Json.write(data).getBytes(StandardCharsets.UTF_8));
  }

  /** Where a person ends who restarts with other data, by cookie, without one, or signed in. */
  private Stream<Answer> restartsWith(Attack attack, Map<String, String> data) {
    UnaryOperator<Parameters> edit = query -> query.with("client_data", clientData(data));
    Stream.Builder<Answer> ends = Stream.builder();
    for (List<String> lost :
        List.of(
            List.<String>of(),
            List.of(AUTH_SESSION),
            List.of(RESTART),
            List.of(AUTH_SESSION, RESTART))) {
      Browser fresh = new Browser();
      Answer page = flow(attack).start(fresh);
      lost.forEach(fresh.cookies()::remove);
      ends.add(finished(fresh, fresh.open(restart(page, edit))));
      Answer another = flow(attack).with("prompt", "login").start(browser);
      lost.forEach(browser.cookies()::remove);
      ends.add(finished(browser, browser.open(restart(another, edit))));
    }
    return ends.build();
  }

  private Answer finished(Browser in, Answer page) {
    Answer current = page;
    if (current.form(Browser.LOGIN_FORM).isPresent()) {
      current = in.follow(in.signIn(current, victim.person()));
    }
    return in.acceptWhereAsked(current);
  }

  @AttackTest("W15")
  void noTamperedRestartGivesAToken(Attack attack) {
    flow(attack).callback(browser);
    for (String type : List.of("token", "id_token token", "code token")) {
      restartsWith(
              attack,
              Map.of("ru", AuthorizationFlow.CALLBACK, "rt", type, "rm", "fragment", "st", "s"))
          .forEach(
              end ->
                  assertThat(end.header("Location").orElse(""))
                      .as(end::summary)
                      .doesNotContain("access_token", "id_token"));
    }
  }

  @AttackTest("W16")
  void noTamperedRestartSendsAnybodyElsewhere(Attack attack) {
    flow(attack).callback(browser);
    for (String redirectUri :
        List.of("https://evil.example/", "http://127.0.0.1:9876/callback/..;/evil")) {
      restartsWith(attack, Map.of("ru", redirectUri, "rt", "code", "st", "s"))
          .forEach(
              end ->
                  assertThat(end.header("Location").orElse(""))
                      .as(end::summary)
                      .doesNotContain("evil"));
    }
  }

  /** A client with an exact address and a wildcard, of which the wildcard matches nothing. */
  private void withWildcardClient(Executable test) throws Throwable {
    ADMIN.withClient(
        Json.object(
            "{'clientId':'wild','publicClient':true,"
                + "'redirectUris':['https://app.example/cb','https://app.example/*']}"),
        test);
  }

  @AttackTest("W28")
  void noWildcardMatchesWhatARestartSays(Attack attack) throws Throwable {
    Map<String, String> data = Map.of("ru", "https://app.example/evil", "rt", "code", "st", "s");
    UnaryOperator<AuthorizationFlow> wild =
        flow -> flow.with("client_id", "wild").with("redirect_uri", "https://app.example/cb");
    withWildcardClient(
        () -> {
          AuthorizationFlow flow = wild.apply(flow(attack));
          flow.callback(browser);
          for (List<String> lost : List.of(List.of(AUTH_SESSION), List.of(RESTART))) {
            for (Browser in : List.of(new Browser(), browser)) {
              Answer page = flow.with("prompt", "login").start(in);
              lost.forEach(in.cookies()::remove);
              Answer end =
                  finished(
                      in,
                      in.open(restart(page, query -> query.with("client_data", clientData(data)))));
              assertThat(end.header("Location").orElse("")).as(end::summary).doesNotContain("evil");
            }
          }
        });
  }

  @AttackTest("W29")
  void noWildcardMatchesTheDataOfAPageThatIsOver(Attack attack) throws Throwable {
    withWildcardClient(
        () -> {
          AuthorizationFlow flow =
              flow(attack).with("client_id", "wild").with("redirect_uri", "https://app.example/cb");
          Answer login = flow.start(browser);
          Answer back = finished(browser, login);
          assertThat(flow.callback(back).find("code")).isPresent();
          for (String address : List.of("https://app.example/evil", "https://app.example/cb")) {
            String data = clientData(Map.of("ru", address, "rt", "code", "st", "s"));
            Answer over =
                browser.open(withQuery(action(login), query -> query.with("client_data", data)));

            if (address.endsWith("cb")) {
              assertThat(flow.callback(over).get("error")).isEqualTo("temporarily_unavailable");
            } else {
              assertThat(over.status()).as(over::summary).isEqualTo(400);
              assertThat(over.location()).isEmpty();
            }
          }
        });
  }

  private String subject(Attack attack, AuthorizationFlow flow, Parameters callback)
      throws Exception {
    Answer tokens =
        TokenClient.anonymous()
            .post(attack.addresses().token(SERVER), flow.tokenRequest(callback.get("code")));
    return "/users/" + Jwt.claims(tokens.json().path("access_token").asText()).path("sub").asText();
  }

  @AttackTest("W17")
  void ofTwoPeopleInOneBrowserTheCodeIsTheSeconds(Attack attack) throws Exception {
    flow(attack).callback(browser);
    for (List<String> lost :
        List.of(
            List.of(IDENTITY),
            List.of(IDENTITY, "KEYCLOAK_SESSION"),
            List.of(IDENTITY, "KEYCLOAK_SESSION", AUTH_SESSION))) {
      lost.forEach(browser.cookies()::remove);
      AuthorizationFlow second = flow(attack, attacker);

      Parameters callback = second.callback(browser);

      assertThat(subject(attack, second, callback)).isEqualTo(attacker.path());
      browser.cookies().remove(IDENTITY);
      AuthorizationFlow first = flow(attack);
      assertThat(subject(attack, first, first.callback(browser))).isEqualTo(victim.path());
    }
  }

  @AttackTest("W18")
  void anOpenConsentOfTheFirstIsNothingForTheSecond(Attack attack) {
    Answer open = consentPage(attack);
    List.of(IDENTITY, "KEYCLOAK_SESSION", AUTH_SESSION, RESTART).forEach(browser.cookies()::remove);
    AuthorizationFlow second = flow(attack, attacker);
    second.callback(browser);

    assertNoCode(browser.follow(browser.accept(open)));

    assertNothingGranted(victim);
  }

  private static String base64url(String text) {
    return SigningKey.base64url(text.getBytes(StandardCharsets.US_ASCII));
  }

  @AttackTest("W19")
  void aTamperedIdentityCookieIsNone(Attack attack) {
    flow(attack).callback(browser);
    String good = cookie(browser, IDENTITY);
    String[] parts = good.split("\\.", 3);
    String unsigned = base64url("{\"alg\":\"none\"}") + '.' + parts[1] + '.';
    for (String value :
        List.of(
            unsigned,
            parts[0] + '.' + parts[1] + '.',
            parts[0] + '.' + parts[1] + ".AAAA",
            good + 'x',
            parts[0] + '.' + base64url("{\"sub\":\"admin\"}") + '.' + parts[2],
            parts[1],
            "")) {
      Browser other = new Browser();
      browser.cookies().all().stream()
          .map(
              cookie ->
                  cookie.name().equals(IDENTITY)
                      ? new CookieJar.Cookie(cookie.host(), cookie.path(), IDENTITY, value)
                      : cookie)
          .forEach(other.cookies()::put);
      assertNotSignedIn(attack, other);
    }
  }

  @AttackTest("W20")
  void theSessionOfSomebodyElseIsNotGuessedByItsName(Attack attack) {
    Answer page = consentPage(attack);
    CookieJar.Cookie own =
        browser.cookies().all().stream()
            .filter(cookie -> cookie.name().equals(AUTH_SESSION))
            .findFirst()
            .orElseThrow();
    String id =
        new String(Base64.getUrlDecoder().decode(own.value()), StandardCharsets.US_ASCII)
            .replaceFirst("\\..*", "");

    for (String value : List.of(id, base64url(id), base64url(id + ".AAAA"), base64url(id + "."))) {
      Browser attackers = new Browser();
      attackers.cookies().put(new CookieJar.Cookie(own.host(), own.path(), AUTH_SESSION, value));
      assertNoCode(attackers.follow(attackers.accept(page)));
      assertNothingGranted(victim);
    }
  }

  @AttackTest("W21")
  void aTamperedRestartCookieStartsNothing(Attack attack) {
    Answer page = flow(attack).start(browser);
    String good = cookie(browser, RESTART);
    String notes =
        base64url("{\"alg\":\"none\"}")
            + '.'
            + base64url(
                "{\"cid\":\"expensicat-demo-app\",\"pty\":\"openid-connect\",\"ruri\":\"x\"}")
            + '.';
    for (String value : List.of(good + "xx", good.substring(9), notes, "a.b.c", "")) {
      Browser other = new Browser();
      browser.cookies().all().stream()
          .filter(cookie -> cookie.name().equals(RESTART))
          .map(cookie -> new CookieJar.Cookie(cookie.host(), cookie.path(), cookie.name(), value))
          .forEach(other.cookies()::put);
      Answer answer = other.open(restart(page, query -> query));
      assertThat(answer.status()).as(answer::summary).isEqualTo(400);
      assertNoCode(answer);
      assertNotSignedIn(attack, other);
    }
  }

  @AttackTest("W22")
  void cookiesOfTheSignInAreReadByNoScriptAndNoOtherSite(Attack attack) {
    Answer started =
        browser.get(
            URI.create(
                Addresses.KEYCLOAK.authorize(SERVER) + "?" + flow(attack).parameters().encoded()));
    Answer signedIn = browser.signIn(browser.follow(started), victim.person());
    Answer accepted = browser.accept(browser.follow(signedIn));
    List<String> set =
        Stream.of(started, signedIn, accepted)
            .flatMap(answer -> answer.headers().allValues("Set-Cookie").stream())
            .filter(header -> !header.contains("Max-Age=0"))
            .toList();

    for (String name : List.of(AUTH_SESSION, RESTART, IDENTITY)) {
      assertThat(set)
          .filteredOn(header -> header.startsWith(name + "="))
          .isNotEmpty()
          .allSatisfy(header -> assertThat(header).contains("HttpOnly"));
    }
    assertThat(set).allSatisfy(header -> assertThat(header).contains("SameSite="));
  }

  @AttackTest("W23")
  void signOutSendsNobodyElsewhere(Attack attack) {
    flow(attack).callback(browser);
    for (String address :
        List.of(
            "https://evil.example/",
            "http://127.0.0.1:9876/callback/..;/evil",
            "http://127.0.0.1:9876@evil.example/")) {
      Parameters query =
          Parameters.of(
              "client_id",
              AuthorizationFlow.DEMO_APP,
              "post_logout_redirect_uri",
              address,
              "state",
              "s");
      Answer answer =
          browser.open(
              URI.create(SERVER.realmUrl() + "/protocol/openid-connect/logout?" + query.encoded()));
      assertThat(answer.location()).as(answer::summary).isEmpty();
      assertThat(answer.document().select("a[href*=evil], form[action*=evil]")).isEmpty();
    }
  }

  @AttackTest("W24")
  void aLinkAddressThatWasComputedLinksNothing(Attack attack) throws NoSuchAlgorithmException {
    try (TestIssuer issuer =
        TestIssuer.trusted(
            SERVER, "link-attack", Map.of("handOverUrl", "http://localhost:9/hand-over"))) {
      String session = flow(attack).callback(browser).get("code").split("\\.", 3)[1];
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(
                  ("n" + session + AuthorizationFlow.DEMO_APP + issuer.alias())
                      .getBytes(StandardCharsets.UTF_8));
      Parameters query =
          Parameters.of(
              "client_id",
              AuthorizationFlow.DEMO_APP,
              "redirect_uri",
              AuthorizationFlow.CALLBACK,
              "nonce",
              "n",
              "hash",
              SigningKey.base64url(hash));

      Answer answer =
          browser.open(
              URI.create(
                  SERVER.realmUrl() + "/broker/" + issuer.alias() + "/link?" + query.encoded()));

      assertThat(answer.location().map(URI::toString).orElse("link_error"))
          .as(answer::summary)
          .contains("link_error");
      assertThat(ADMIN.get(victim.path() + "/federated-identity")).isEmpty();
    }
  }

  @AttackTest("W25")
  void aForgedHostSendsNobodyElsewhere(Attack attack) {
    for (String name : List.of("Host", "X-Forwarded-Host", "Forwarded", "X-Original-URL")) {
      Answer answer =
          TokenClient.anonymous()
              .header(name, name.equals("Forwarded") ? "host=evil.example" : "evil.example")
              .get(flow(attack).request());
      assertThat(answer.status()).as(answer::summary).isIn(200, 302);
      answer.location().ifPresent(to -> assertThat(to.toString()).startsWith(SERVER.baseUrl()));
      assertThat(answer.body()).doesNotContain("evil.example");
    }
  }
}
