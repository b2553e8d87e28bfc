package com.expensicat.keycloak.it.session;

import static com.expensicat.keycloak.it.support.session.IssuerSignIn.organization;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.IssuerSignIn;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The organisation of a grant stays what it was when the person gave it. */
class GrantOrganizationIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();

  private static TestIssuer issuer;

  private final SessionJwt session = issuer.session(TestIssuer.newSubject());
  private final Browser browser = new Browser();

  @BeforeAll
  static void trustAnIssuer() {
    SERVER.admin().forgetSignOuts();
    issuer = TestIssuer.handingOver(SERVER, "grant-organizations", "/hand-over");
  }

  @AfterAll
  static void removeIt() {
    issuer.close();
  }

  @ParameterizedTest
  @EnumSource
  void aLaterSignInForAnotherChangesNoGrant(Addresses addresses) {
    IssuerSignIn app = signIn(addresses, browser);
    JsonNode first = app.connect(session.claim("org", "org_a"));
    JsonNode second = app.connect(session.claim("org", "org_b"));
    AuthorizationFlow stepUp = app.flow().with("scope", "transactions:read invoices:read");
    JsonNode third = app.tokens(stepUp, stepUp.start(browser));
    JsonNode elsewhere = signIn(addresses, new Browser()).connect(session.claim("org", "org_c"));

    assertThat(organization(first)).isEqualTo("org_a");
    assertThat(organization(second)).isEqualTo("org_b");
    assertThat(organization(third)).isEqualTo("org_b");
    assertThat(organization(elsewhere)).isEqualTo("org_c");
    assertThat(organization(app.refreshed(first))).isEqualTo("org_a");
    assertThat(organization(app.refreshed(app.refreshed(second)))).isEqualTo("org_b");
  }

  @ParameterizedTest
  @EnumSource
  void aCodeIsForTheOneOfItsOwnSignIn(Addresses addresses) {
    IssuerSignIn app = signIn(addresses, browser);
    AuthorizationFlow flow = app.flow();
    String code = app.code(flow, app.page(flow, session.claim("org", "org_a")));
    app.connect(session.claim("org", "org_b"));

    assertThat(organization(IssuerSignIn.redeemed(flow, code))).isEqualTo("org_a");
  }

  @ParameterizedTest
  @EnumSource
  void aSignInForNoneGivesAGrantForNone(Addresses addresses) {
    IssuerSignIn app = signIn(addresses, browser);
    JsonNode first = app.connect(session.claim("org", "org_a"));
    JsonNode second = app.connect(session);
    app.connect(session.claim("org", "org_b"));

    assertThat(organization(second)).isNull();
    assertThat(organization(app.refreshed(second))).isNull();
    assertThat(organization(app.refreshed(first))).isEqualTo("org_a");
  }

  @ParameterizedTest
  @EnumSource
  void whoeverAsksOfATokenIsToldThatOfItsGrant(Addresses addresses) {
    IssuerSignIn app = signIn(addresses, browser);
    AuthorizationFlow flow = app.flow().with("scope", "openid transactions:read");
    String token = app.connect(flow, session.claim("org", "org_a")).path("access_token").asText();
    app.connect(session.claim("org", "org_b"));
    String sessionJwt = session.claim("org", "org_c").compact();

    assertThat(told(addresses, token)).containsExactly("org_a", "org_a", "org_a");
    assertThat(told(addresses, sessionJwt)).containsExactly("org_c", "org_c", "org_c");
  }

  /** At introspection, at check and at userinfo. */
  private static List<String> told(Addresses addresses, String token) {
    return List.of(
        ResourceServer.API.introspect(addresses, token).path("org").asText(),
        Gateway.check(token).header("X-Auth-Request-Org").orElse(""),
        TokenClient.bearer(token).get(addresses.userinfo(SERVER)).json().path("org").asText());
  }

  private static IssuerSignIn signIn(Addresses addresses, Browser browser) {
    return new IssuerSignIn(addresses, browser, issuer.alias());
  }
}
