package com.expensicat.keycloak.it.consent;

import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static com.expensicat.keycloak.it.support.session.IssuerSignIn.claim;
import static com.expensicat.keycloak.it.support.session.IssuerSignIn.organization;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.admin.RealmOrganizations;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Database;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.session.HandOver;
import com.expensicat.keycloak.it.support.session.IssuerSignIn;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A person says for which organisation, and to what for each; nobody else does. */
class OrganizationConsentIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final String MORE = "transactions:read invoices:read";

  private static TestIssuer issuer;

  private final SessionJwt session = issuer.session(TestIssuer.newSubject());
  private final SessionJwt ofA = session.claim("org", "org_a");
  private final SessionJwt ofB = session.claim("org", "org_b");
  private final SessionJwt ofSeveral =
      ofA.claim(
          "orgs",
          List.of(
              "org_a", 7, "", Map.of("name", "x"), Map.of("id", "org_c", "name", "Third & Co")));
  private final Browser browser = new Browser();

  @BeforeAll
  static void trustAnIssuer() {
    ADMIN.forgetSignOuts();
    issuer =
        TestIssuer.handingOver(
            SERVER,
            "consent-organizations",
            "/hand-over",
            Map.of("organizationNameClaim", "org_name", "organizationsClaim", "orgs"));
  }

  @AfterAll
  static void removeIt() {
    issuer.close();
  }

  private IssuerSignIn app(Addresses addresses) {
    return new IssuerSignIn(addresses, browser, issuer.alias());
  }

  @ParameterizedTest
  @EnumSource
  void eachIsAskedForOnceAndNamedWithThePerson(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    SessionJwt named = ofA.claim("org_name", "Cats & Co");

    assertThat(app.page(named).document().text())
        .contains(TestIssuer.email(session.subject()), "Cats & Co");
    app.connect(named);
    assertThat(asks(app.page(named))).isFalse();
    assertThat(asks(app.page(ofB))).isTrue();
    app.connect(ofB);
    assertThat(asks(app.page(ofB))).isFalse();
    assertThat(asks(app.page(named))).isFalse();
    assertThat(asks(app.page(session))).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void theSecondTimeOnlyWhatIsNewThereIsAsked(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    app.connect(ofA);
    app.connect(app.flow().with("scope", MORE), ofB);

    assertThat(scopes(app.page(app.flow().with("scope", MORE), ofA)))
        .containsExactly("invoices:read");
  }

  @ParameterizedTest
  @EnumSource
  void allThirteenScopesAreKept(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    AuthorizationFlow all = app.flow().with("scope", String.join(" ", ScopeTable.SCOPES));
    app.connect(all, ofA);

    assertThat(asks(app.page(all, ofA))).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsDeclinedForOneStaysGrantedForAnother(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    JsonNode first = app.connect(ofA);
    AuthorizationFlow flow = app.flow().with("scope", MORE);
    flow.callback(onlyInvoices(app.page(flow, ofB)));

    assertThat(claim(app.refreshed(first), "scope").asText()).contains("transactions:read");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsDeclinedLaterEndsForThatOneOnly(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    JsonNode first = app.connect(app.flow().with("scope", MORE), ofA);
    JsonNode second = app.connect(app.flow().with("scope", MORE), ofB);
    AuthorizationFlow again = app.flow().with("scope", MORE).with("prompt", "consent");
    again.callback(onlyInvoices(again.start(browser)));

    assertError(DemoApp.refresh(addresses, second), 400, "invalid_grant");
    assertThat(claim(app.refreshed(first), "scope").asText()).contains("transactions:read");
  }

  @ParameterizedTest
  @EnumSource
  void aPersonChoosesAmongThoseThatTheIssuerNames(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    AuthorizationFlow flow = app.flow();
    Answer page = app.page(flow, ofSeveral);
    assertThat(page.document().select("[name=organization][checked]").val()).isEqualTo("org_a");
    assertThat(page.document().text()).contains("Third & Co");

    assertThat(organization(app.tokens(flow, choose(page, "org_c")))).isEqualTo("org_c");
  }

  @ParameterizedTest
  @EnumSource
  void ofTheChosenOneThePageAsksWhatItHasNotShown(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    app.connect(ofA);
    AuthorizationFlow flow = app.flow().with("scope", MORE);
    Answer page = app.page(flow, ofSeveral);
    assertThat(scopes(page)).containsExactly("invoices:read");

    Answer again = choose(page, "org_c");

    assertThat(scopes(again)).containsExactlyInAnyOrder(MORE.split(" "));
    assertThat(again.document().select("[name=organization][checked]").val()).isEqualTo("org_c");
    assertThat(organization(app.tokens(flow, again))).isEqualTo("org_c");
  }

  @ParameterizedTest
  @EnumSource
  void aTamperedFormGivesNoOther(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    AuthorizationFlow flow = app.flow();
    assertThat(flow.callback(choose(app.page(flow, ofSeveral), "org_evil")).get("error"))
        .isEqualTo("access_denied");

    AuthorizationFlow asking = app.flow().with("organization", "org_a");
    assertThat(asking.callback(choose(app.page(asking, ofSeveral), "org_c")).get("error"))
        .isEqualTo("access_denied");
  }

  @ParameterizedTest
  @EnumSource
  void aRequestMayAskForOne(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    AuthorizationFlow flow = app.flow().with("organization", "org_c").with("prompt", "login");
    HandOver handOver = HandOver.choose(flow, browser, issuer.alias());
    assertThat(handOver.query().get("organization")).isEqualTo("org_c");

    Answer page = handOver.post(handOver.assertion(ofSeveral));

    assertThat(page.document().select("[name=organization]")).isEmpty();
    assertThat(page.document().text()).contains("Third & Co");
    assertThat(organization(app.tokens(flow, page))).isEqualTo("org_c");
  }

  @ParameterizedTest
  @EnumSource
  void aPushedRequestMayAskForOne(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    AuthorizationFlow flow = app.flow().with("organization", "org_c").with("prompt", "login");
    AuthorizationFlow pushed = flow.pushed(TokenClient.anonymous());
    HandOver handOver = HandOver.choose(pushed, browser, issuer.alias());

    Answer page = handOver.post(handOver.assertion(ofSeveral));

    assertThat(organization(app.tokens(flow, page))).isEqualTo("org_c");
  }

  @ParameterizedTest
  @EnumSource
  void oneAmongMoreParametersThanKeycloakKeepsCounts(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    AuthorizationFlow flow =
        app.flow()
            .edit(
                request -> {
                  Parameters more = request;
                  for (int number = 0; number < 12; number++) {
                    more = more.and("vendor_" + number, "x");
                  }
                  return more.and("organization", "org_c");
                });

    assertThat(organization(app.connect(flow, ofSeveral))).isEqualTo("org_c");
  }

  @ParameterizedTest
  @EnumSource
  void oneThatThePersonDoesNotBelongToIsRefused(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    AuthorizationFlow flow = app.flow().with("organization", "org_evil");

    assertThat(flow.callback(app.page(flow, ofA)).get("error")).isEqualTo("access_denied");
    app.connect(ofSeveral);
    assertThat(silently(flow).get("error")).isEqualTo("access_denied");
    assertThat(flow.callback(flow.start(browser)).get("error")).isEqualTo("access_denied");
  }

  @ParameterizedTest
  @EnumSource
  void theIssuerIsAskedForOneThatItHasNotNamed(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    app.connect(ofA);
    AuthorizationFlow flow = app.flow().with("organization", "org_b");
    HandOver handOver = HandOver.choose(flow, browser, issuer.alias());
    assertThat(handOver.query().get("organization")).isEqualTo("org_b");

    assertThat(organization(app.tokens(flow, handOver.post(handOver.assertion(ofB)))))
        .isEqualTo("org_b");
  }

  @ParameterizedTest
  @EnumSource
  void withoutAPageNobodyIsAskedAndNoneIsChanged(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    app.connect(ofA);
    app.connect(ofB);
    AuthorizationFlow silent = app.flow().with("prompt", "none");
    assertThat(organization(app.tokens(silent, silent.start(browser)))).isEqualTo("org_b");

    Parameters refused = silently(app.flow().with("scope", MORE));
    assertThat(refused.get("error")).isEqualTo("interaction_required");
    assertThat(refused.get("error_description")).isNotBlank();
    assertThat(silently(app.flow().with("organization", "org_a")).get("error"))
        .isEqualTo("interaction_required");
    app.connect(ofSeveral);
    assertThat(silently(app.flow().with("organization", "org_c")).get("error"))
        .isEqualTo("interaction_required");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"expensicat-consent", "UPDATE_PROFILE", "skip_expensicat-consent", "nothing"})
  void anActionOfTheApplicationsIsNoWayRound(String action) {
    IssuerSignIn app = app(Addresses.KEYCLOAK);
    app.connect(ofA);
    app.connect(ofB);
    AuthorizationFlow asksMore = app.flow().with("scope", MORE).with("kc_action", action);

    Answer answer = asksMore.start(browser);

    assertThat(answer.location().map(URI::toString).orElse("")).doesNotContain("code=");
    if (asks(answer)) {
      assertThat(answer.document().text()).contains("org_b");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoIsSomebodyElseSignsInWithoutLosingTheRequest(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    AuthorizationFlow flow = app.flow().with("state", "kept");
    Answer page = app.page(flow, ofSeveral);
    Answer loginPage =
        browser.open(URI.create(page.document().select("#reset-login").attr("abs:href")));
    SessionJwt other = issuer.session(TestIssuer.newSubject()).claim("org", "org_b");
    HandOver handOver = HandOver.choose(loginPage, browser, issuer.alias());

    Answer asked = handOver.post(handOver.assertion(other));

    assertThat(asked.document().text())
        .contains(TestIssuer.email(other.subject()), "org_b")
        .doesNotContain(TestIssuer.email(session.subject()), "org_a");
    JsonNode tokens = app.tokens(flow, asked);
    assertThat(organization(tokens)).isEqualTo("org_b");
    assertThat(claim(tokens, "expensicat_sub").asText()).isEqualTo(other.subject());
  }

  @ParameterizedTest
  @EnumSource
  void aPageIsShownAnewAfterASignInForAnotherInAnotherTab(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    app.connect(ofA);
    AuthorizationFlow first = app.flow().with("scope", MORE);
    Answer pageOfA = first.start(browser);
    assertThat(pageOfA.document().text()).contains("org_a");
    app.connect(ofB);

    Answer anew = browser.acceptWhereAsked(pageOfA);

    assertThat(anew.document().text()).contains("org_b").doesNotContain("org_a");
    assertThat(scopes(anew)).containsExactly("invoices:read");
    assertThat(organization(app.tokens(first, anew))).isEqualTo("org_b");
  }

  @ParameterizedTest
  @EnumSource
  void anotherPersonInAnotherTabGetsNothingOfAPageThatIsOpen(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    AuthorizationFlow first = app.flow();
    Answer page = app.page(first, ofA);
    SessionJwt other = issuer.session(TestIssuer.newSubject()).claim("org", "org_b");
    app.connect(other);

    Answer answer = browser.acceptWhereAsked(page);

    assertThat(answer.location().map(URI::toString).orElse("")).doesNotContain("code=");
  }

  @ParameterizedTest
  @EnumSource
  void whoDoesNotBelongToOneAnyMoreGetsNoneForIt(Addresses addresses) {
    IssuerSignIn app = app(addresses);
    AuthorizationFlow ofC = app.flow().with("organization", "org_c");
    JsonNode tokens = app.connect(ofC, ofSeveral);

    AuthorizationFlow again = app.flow().with("organization", "org_c");
    assertThat(again.callback(app.page(again, ofA)).get("error")).isEqualTo("access_denied");
    assertThat(organization(app.refreshed(tokens))).isEqualTo("org_c");
  }

  /** As an earlier build has left it: tokens say an organisation, consent and grants do not. */
  @Test
  void whatWasGrantedBeforeCountsForTheOneOfItsTokens() {
    Database database = SERVER instanceof ServerProcess process ? process.database() : Database.H2;
    Assumptions.assumeFalse(database.name().isEmpty(), "no database to look into");
    IssuerSignIn app = app(Addresses.PACK);
    app.connect(ofA);
    String user = issuer.user(session).path("id").asText();
    database.value(
        "with gone as (delete from user_attribute where user_id = '%s'".formatted(user)
            + " and name = 'expensicat.organization-consents' returning 1)"
            + " select count(*) from gone");
    String changed =
        database.value(
            "with changed as (update offline_client_session c set data ="
                + " regexp_replace(c.data, '(expensicat.grant[^\"]+\":\"[^\" ]+ [0-9]+) org_a', '\\1')"
                + " from offline_user_session u where u.user_session_id = c.user_session_id"
                + " and u.user_id = '%s' and c.data like '%% org_a%%' returning 1)".formatted(user)
                + " select count(*) from changed");
    assertThat(changed).isEqualTo("1");
    ADMIN.post("/clear-user-cache", null);

    assertThat(asks(app.page(ofA))).isFalse();
    assertThat(asks(app.page(ofB))).isTrue();
    app.connect(ofB);
    assertThat(asks(app.page(ofA))).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void theRealmsOwnOrganizationsAreAChoiceAsWell(Addresses addresses) throws Throwable {
    withTwoOfTheRealm(
        addresses,
        (app, person, first, second) -> {
          AuthorizationFlow flow = app.flow().as(person.person());
          Answer page = signedInAs(person, flow);
          assertThat(page.document().select("[name=organization]").eachAttr("value"))
              .as(page.document()::text)
              .containsExactlyInAnyOrder(first, second);
          assertThat(page.document().text()).contains("first", "second");

          assertThat(organization(app.tokens(flow, choose(page, second)))).isEqualTo(second);
          assertThat(organization(connected(app, person, first))).isEqualTo(first);
          assertThat(keycloaksOwnSaysToo(app, person, second)).contains("second");
        });
  }

  @ParameterizedTest
  @EnumSource
  void whoLeavesOneOfTheRealmActsForItNoMore(Addresses addresses) throws Throwable {
    withTwoOfTheRealm(
        addresses,
        (app, person, first, second) -> {
          JsonNode ofFirst = connected(app, person, first);
          JsonNode ofSecond = connected(app, person, second);
          AuthorizationFlow open = app.flow().as(person.person()).with("organization", first);
          String code = app.code(open, open.start(browser));

          ADMIN.delete("/organizations/" + first + "/members/" + person.id());

          assertError(DemoApp.refresh(addresses, ofFirst), 400, "invalid_grant");
          assertError(
              TokenClient.anonymous().post(addresses.token(SERVER), open.tokenRequest(code)),
              400,
              "invalid_grant");
          Gateway.assertInvalidToken(Gateway.check(ofFirst.path("access_token").asText()));
          assertThat(organization(app.refreshed(ofSecond))).isEqualTo(second);
          AuthorizationFlow again = app.flow().as(person.person()).with("organization", first);
          assertThat(again.callback(again.start(browser)).get("error")).isEqualTo("access_denied");
        });
  }

  @ParameterizedTest
  @EnumSource
  void oneOfTheRealmThatIsDisabledOrRemovedGivesNothingMore(Addresses addresses) throws Throwable {
    withTwoOfTheRealm(
        addresses,
        (app, person, first, second) -> {
          JsonNode ofFirst = connected(app, person, first);
          JsonNode ofSecond = connected(app, person, second);

          ADMIN.update("/organizations/" + first, realm -> realm.put("enabled", false));
          assertError(DemoApp.refresh(addresses, ofFirst), 400, "invalid_grant");

          ADMIN.delete("/organizations/" + second);
          assertError(DemoApp.refresh(addresses, ofSecond), 400, "invalid_grant");
          Gateway.assertInvalidToken(Gateway.check(ofSecond.path("access_token").asText()));
          ADMIN.update("/organizations/" + first, realm -> realm.put("enabled", true));
        });
  }

  private JsonNode connected(IssuerSignIn app, NewPerson person, String organization) {
    AuthorizationFlow flow = app.flow().as(person.person()).with("organization", organization);
    Answer begun = flow.start(browser);
    Answer page =
        begun.document().select("#username").isEmpty() ? begun : signedInAs(person, begun);
    return app.tokens(flow, page);
  }

  private Answer signedInAs(NewPerson person, AuthorizationFlow flow) {
    return signedInAs(person, flow.start(browser));
  }

  /** Where a realm has organisations, it asks for the name first and then for the password. */
  private Answer signedInAs(NewPerson person, Answer whoIsIt) {
    Answer login =
        browser.follow(
            browser.submit(
                whoIsIt.form("form").orElseThrow(),
                data -> data.with("username", person.person().username())));
    return browser.follow(browser.signIn(login, person.person()));
  }

  /** What a test does with a person who belongs to two organisations of the realm. */
  private interface Story {
    void tell(IssuerSignIn app, NewPerson person, String first, String second);
  }

  private void withTwoOfTheRealm(Addresses addresses, Story story) throws Throwable {
    RealmOrganizations.with(
        List.of("first", "second"),
        NewPerson.join(),
        (person, ids) -> story.tell(app(addresses), person, ids.get(0), ids.get(1)));
  }

  private String keycloaksOwnSaysToo(IssuerSignIn app, NewPerson person, String second) {
    String scope = keycloaksScope();
    try {
      AuthorizationFlow flow =
          app.flow()
              .as(person.person())
              .with("scope", "transactions:read organization:second")
              .with("organization", second);
      JsonNode tokens = app.tokens(flow, flow.start(browser));
      assertThat(organization(tokens)).isEqualTo(second);
      return claim(tokens, "organization").toString();
    } finally {
      ADMIN.delete("/client-scopes/" + scope);
    }
  }

  /** Keycloak's own scope of that name, which tells an application what a person belongs to. */
  private static String keycloaksScope() {
    String id =
        ADMIN.create(
            "/client-scopes",
            Json.object(
                "{'name':'organization','protocol':'openid-connect',"
                    + "'attributes':{'include.in.token.scope':'true',"
                    + "'display.on.consent.screen':'false'},"
                    + "'protocolMappers':[{'name':'organization','protocol':'openid-connect',"
                    + "'protocolMapper':'oidc-organization-membership-mapper','config':{"
                    + "'access.token.claim':'true','claim.name':'organization',"
                    + "'jsonType.label':'String','multivalued':'true'}}]}"));
    ADMIN.put(ADMIN.clientPath(AuthorizationFlow.DEMO_APP) + "/optional-client-scopes/" + id, null);
    return id;
  }

  private Parameters silently(AuthorizationFlow flow) {
    return flow.with("prompt", "none").callback(browser);
  }

  private static boolean asks(Answer answer) {
    return answer.form(Browser.CONSENT_FORM).isPresent();
  }

  private static List<String> scopes(Answer page) {
    return page.document().select("[name=scope]").eachAttr("value");
  }

  private Answer onlyInvoices(Answer page) {
    return answer(
        page, data -> data.without("scope").with("scope", "invoices:read").with("accept", ""));
  }

  private Answer choose(Answer page, String organization) {
    return answer(page, data -> data.with("organization", organization).with("accept", ""));
  }

  private Answer answer(Answer page, UnaryOperator<Parameters> edit) {
    return browser.follow(browser.submit(page.form(Browser.CONSENT_FORM).orElseThrow(), edit));
  }
}
