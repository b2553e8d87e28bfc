package com.expensicat.keycloak.it.access;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.DEMO_APP;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static com.expensicat.keycloak.it.support.session.IssuerSignIn.organization;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AccountApi;
import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.admin.RealmAdmin;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.IssuerSignIn;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Access for one organisation is seen and taken away; that for others stays. */
class OrganizationAccessIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();

  private static TestIssuer issuer;

  private final Browser browser = new Browser();
  private NewPerson person;
  private SessionJwt ofA;
  private SessionJwt ofB;

  @BeforeAll
  static void trustAnIssuer() {
    ADMIN.forgetSignOuts();
    issuer =
        TestIssuer.handingOver(
            SERVER,
            "access-organizations",
            "/hand-over",
            Map.of("organizationNameClaim", "org_name"));
  }

  @AfterAll
  static void removeIt() {
    issuer.close();
  }

  @BeforeEach
  void aPersonOfTheIssuer() {
    person = NewPerson.join();
    SessionJwt session = issuer.session(person);
    ofA = session.claim("org", "org_a").claim("org_name", "Cats & Co");
    ofB = session.claim("org", "org_b");
  }

  @AfterEach
  void thePersonGoes() {
    person.close();
  }

  /** Who takes access away, and where. */
  enum TakenBy {
    PERSON {
      @Override
      Answer takeAway(NewPerson person, String query) {
        return AccountApi.of(person.person()).takeAwayFor(query);
      }
    },
    ADMIN {
      @Override
      Answer takeAway(NewPerson person, String query) {
        return SERVER
            .admin()
            .send("DELETE", "/expensicat" + person.path() + "/consents?" + query, null);
      }
    };

    abstract Answer takeAway(NewPerson person, String query);
  }

  private IssuerSignIn app() {
    return new IssuerSignIn(Addresses.PACK, browser, issuer.alias());
  }

  @ParameterizedTest
  @EnumSource
  void whatIsTakenAwayForOneEndsForThatOneAtOnce(TakenBy by) {
    IssuerSignIn app = app();
    JsonNode first = app.connect(ofA);
    JsonNode second = app.connect(ofB);
    AuthorizationFlow open = app.flow();
    String code = app.code(open, app.page(open, ofA));

    Answer taken = by.takeAway(person, query("org_a"));

    assertThat(taken.status()).as(taken::summary).isEqualTo(204);
    assertEnded(first);
    assertError(
        TokenClient.anonymous().post(Addresses.PACK.token(SERVER), open.tokenRequest(code)),
        400,
        "invalid_grant");
    assertThat(organization(app.refreshed(second))).isEqualTo("org_b");
    assertThat(app.page(ofA).form(Browser.CONSENT_FORM)).isPresent();
    assertThat(app.page(ofB).form(Browser.CONSENT_FORM)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsTakenAwayForTheLastTakesTheConsentAway(TakenBy by) {
    JsonNode tokens = app().connect(ofA);

    assertThat(by.takeAway(person, query("org_a")).status()).isEqualTo(204);

    assertEnded(tokens);
    assertThat(ADMIN.get(person.path() + "/consents")).isEmpty();
    assertThat(by.takeAway(person, query("org_a")).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @EnumSource
  void whatNobodyGrantedIsNotFound(TakenBy by) {
    app().connect(ofA);

    assertThat(by.takeAway(person, query("org_b")).status()).isEqualTo(404);
    assertThat(by.takeAway(person, "client_id=nobody&organization=org_a").status()).isEqualTo(404);
    assertThat(by.takeAway(person, "").status()).isEqualTo(404);
    assertThat(ADMIN.get(person.path() + "/consents")).hasSize(1);
  }

  @Test
  void theAccountAndAnAdminSeeForWhichOrganizations() {
    app().connect(ofA);
    app().connect(app().flow().with("scope", "transactions:read invoices:read"), ofB);

    JsonNode seen = AccountApi.of(person.person()).application(DEMO_APP).path("organizations");

    assertThat(seen.findValuesAsText("id")).containsExactly("org_a", "org_b");
    assertThat(seen.findValuesAsText("name")).containsExactly("Cats & Co", "org_b");
    assertThat(seen.at("/0/scopes").toString())
        .contains("transactions:read")
        .doesNotContain("invoices:read");
    assertThat(seen.at("/1/scopes").toString()).contains("invoices:read");
    assertThat(ADMIN.get("/expensicat" + person.path() + "/consents").at("/0/organizations"))
        .isEqualTo(seen);
  }

  @ParameterizedTest
  @EnumSource
  void eventsSayForWhichOrganization(TakenBy by) {
    app().connect(ofA);
    app().connect(ofB);
    assertThat(by.takeAway(person, query("org_a")).status()).isEqualTo(204);

    assertThat(organizations("GRANT_CONSENT")).contains("org_a");
    assertThat(organizations("UPDATE_CONSENT")).contains("org_b");
    assertThat(organizations("LOGIN")).contains("org_a", "org_b");
    assertThat(organizations("CODE_TO_TOKEN")).contains("org_a", "org_b");
    if (by == TakenBy.PERSON) {
      assertThat(organizations("REVOKE_GRANT")).containsExactly("org_a");
    }
  }

  private List<String> organizations(String type) {
    return ADMIN
        .get("/events?max=1000&type=" + type + "&user=" + person.id())
        .findValues("details")
        .stream()
        .map(details -> details.path("org").asText())
        .toList();
  }

  @Test
  void whoTakesTheWholeConsentAwayTakesItForAll() {
    JsonNode first = app().connect(ofA);
    JsonNode second = app().connect(ofB);

    assertThat(AccountApi.of(person.person()).takeAway(DEMO_APP).status()).isEqualTo(204);

    assertEnded(first);
    assertEnded(second);
    assertThat(app().page(ofA).form(Browser.CONSENT_FORM)).isPresent();
    app().connect(ofA);
    assertThat(app().page(ofB).form(Browser.CONSENT_FORM)).isPresent();
  }

  @Test
  void nobodyTakesAwayWithoutATokenForTheAccount() {
    JsonNode tokens = app().connect(ofA);
    URI address = URI.create(SERVER.realmUrl() + "/expensicat/consents?" + query("org_a"));

    assertThat(TokenClient.anonymous().send("DELETE", address).status()).isEqualTo(401);
    for (String token :
        new String[] {tokens.path("access_token").asText(), ofA.compact(), "nonsense"}) {
      assertThat(TokenClient.bearer(token).send("DELETE", address).status()).isEqualTo(401);
    }
    assertThat(organization(app().refreshed(tokens))).isEqualTo("org_a");
  }

  @ParameterizedTest
  @CsvSource({"view-users, 200, 403", "manage-users, 200, 204", "view-realm, 403, 403"})
  void anAdminNeedsTheRoleForUsers(String role, int seen, int taken) {
    app().connect(ofA);
    String consents = "/expensicat" + person.path() + "/consents";
    try (RealmAdmin admin = RealmAdmin.with(role)) {
      assertThat(admin.api().send("GET", consents, null).status()).isEqualTo(seen);
      assertThat(admin.api().send("DELETE", consents + "?" + query("org_a"), null).status())
          .isEqualTo(taken);
      assertThat(admin.api().send("GET", "/expensicat/users/nobody/consents", null).status())
          .isEqualTo(seen == 200 ? 404 : 403);
    }
  }

  private static String query(String organization) {
    return "client_id=" + DEMO_APP + "&organization=" + organization;
  }

  private static void assertEnded(JsonNode tokens) {
    assertError(DemoApp.refresh(Addresses.PACK, tokens), 400, "invalid_grant");
    Gateway.assertInvalidToken(Gateway.check(tokens.path("access_token").asText()));
  }
}
