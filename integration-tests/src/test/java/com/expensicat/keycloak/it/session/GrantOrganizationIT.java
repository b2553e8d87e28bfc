package com.expensicat.keycloak.it.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.HandOver;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.text.ParseException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The organisation of a grant stays what it was when the person gave it. */
class GrantOrganizationIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final String ALIAS = "organizations";

  private static TestIssuer issuer;

  private final SessionJwt session = issuer.session(TestIssuer.newSubject());
  private final Browser browser = new Browser();

  @BeforeAll
  static void trustAnIssuer() {
    SERVER.admin().forgetSignOuts();
    issuer = TestIssuer.handingOver(SERVER, ALIAS, "/hand-over");
  }

  @AfterAll
  static void removeIt() {
    issuer.close();
  }

  @ParameterizedTest
  @EnumSource
  void aLaterSignInForAnotherChangesNoGrant(Addresses addresses) throws ParseException {
    JsonNode first = connect(addresses, session.claim("org", "org_a"));
    JsonNode second = connect(addresses, session.claim("org", "org_b"));
    AuthorizationFlow stepUp = flow(addresses).with("scope", "transactions:read invoices:read");
    JsonNode third = redeemed(stepUp, code(stepUp, stepUp.start(browser)));

    assertThat(organization(first)).isEqualTo("org_a");
    assertThat(organization(second)).isEqualTo("org_b");
    assertThat(organization(third)).isEqualTo("org_b");
    assertThat(organization(refreshed(addresses, first))).isEqualTo("org_a");
    assertThat(organization(refreshed(addresses, refreshed(addresses, second)))).isEqualTo("org_b");
  }

  @ParameterizedTest
  @EnumSource
  void aCodeIsForTheOneOfItsOwnSignIn(Addresses addresses) throws ParseException {
    AuthorizationFlow flow = flow(addresses);
    String code = code(flow, signedIn(flow, session.claim("org", "org_a")));
    connect(addresses, session.claim("org", "org_b"));

    assertThat(organization(redeemed(flow, code))).isEqualTo("org_a");
  }

  @ParameterizedTest
  @EnumSource
  void aSignInForNoneGivesAGrantForNone(Addresses addresses) throws ParseException {
    JsonNode first = connect(addresses, session.claim("org", "org_a"));
    JsonNode second = connect(addresses, session);
    connect(addresses, session.claim("org", "org_b"));

    assertThat(organization(second)).isNull();
    assertThat(organization(refreshed(addresses, second))).isNull();
    assertThat(organization(refreshed(addresses, first))).isEqualTo("org_a");
  }

  private JsonNode connect(Addresses addresses, SessionJwt session) {
    AuthorizationFlow flow = flow(addresses).with("prompt", "login");
    return redeemed(flow, code(flow, signedIn(flow, session)));
  }

  private Answer signedIn(AuthorizationFlow flow, SessionJwt session) {
    HandOver handOver = HandOver.choose(flow, browser, ALIAS);
    return handOver.post(handOver.assertion(session));
  }

  private String code(AuthorizationFlow flow, Answer answer) {
    return flow.callback(browser.acceptWhereAsked(answer)).get("code");
  }

  private static JsonNode redeemed(AuthorizationFlow flow, String code) {
    return answered(
        TokenClient.anonymous()
            .post(flow.addresses().token(SERVER), BodyKind.FORM, flow.tokenRequest(code)));
  }

  private static JsonNode refreshed(Addresses addresses, JsonNode tokens) {
    return answered(DemoApp.refresh(addresses, tokens));
  }

  private static JsonNode answered(Answer answer) {
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return answer.json();
  }

  /** The claim; null if there is none. */
  private static String organization(JsonNode tokens) throws ParseException {
    return Jwt.claims(tokens.path("access_token").asText()).path("org").asText(null);
  }

  private static AuthorizationFlow flow(Addresses addresses) {
    return AuthorizationFlow.authorizeAt(addresses).with("scope", "transactions:read");
  }
}
