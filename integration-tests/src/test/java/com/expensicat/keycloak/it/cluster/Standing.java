package com.expensicat.keycloak.it.cluster;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What stands from some moment on, on whichever node: what was given there, and what was ended. */
final class Standing {

  private static final String GRANTED = "transactions:read";
  private static final String DECLINED = "invoices:read";

  private final NewPerson person;
  private final Browser browser;
  private final String access;
  private JsonNode tokens;
  private final JsonNode user;
  private final JsonNode consents;
  private final String session;
  private final String revokedAccess;
  private final JsonNode revokedGrant;
  private final String revokedSession;

  /** Has somebody sign in, grant and decline, and revokes some of what is given. */
  Standing(KeycloakServer node, TestIssuer issuer) {
    person = NewPerson.join(node);
    browser = new Browser(node);
    AuthorizationFlow flow =
        authorizeAt(Addresses.PACK, node)
            .as(person.person())
            .with("scope", GRANTED + " " + DECLINED);
    Answer back =
        browser.follow(
            browser.consent(
                flow.signIn(browser),
                form -> form.without("scope").with("scope", GRANTED).with("accept", "Yes")));
    tokens =
        TokenClient.anonymous()
            .post(Addresses.PACK.token(node), flow.tokenRequest(flow.callback(back).get("code")))
            .json();
    access = tokens.path("access_token").asText();
    assertThat(tokens.path("scope").asText()).isEqualTo(GRANTED);
    revokedAccess = another(node).path("access_token").asText();
    DemoApp.revoke(node, Addresses.PACK, revokedAccess);
    revokedGrant = another(node);
    DemoApp.revoke(node, Addresses.PACK, revokedGrant.path("refresh_token").asText());
    session = lasting(issuer.session(TestIssuer.newSubject()));
    revokedSession = lasting(issuer.session(TestIssuer.newSubject()));
    assertThat(Gateway.check(node, session).status()).isEqualTo(200);
    ResourceServer.API
        .client()
        .post(Addresses.PACK.revoke(node), Parameters.of("token", revokedSession));
    user = user(node);
    consents = consents(node);
  }

  private JsonNode another(KeycloakServer node) {
    return authorizeAt(Addresses.PACK, node)
        .as(person.person())
        .with("scope", GRANTED)
        .tokens(browser, BodyKind.FORM)
        .json();
  }

  private static String lasting(SessionJwt jwt) {
    return jwt.claim("exp", jwt.issuedAt() + 3600).compact();
  }

  private ObjectNode user(KeycloakServer node) {
    return (ObjectNode) node.admin().get(person.path());
  }

  private JsonNode consents(KeycloakServer node) {
    return node.admin().get(person.path() + "/consents");
  }

  /** It stands at each of these nodes; the grant goes on at one of them. */
  void assertStandsAt(List<? extends KeycloakServer> nodes) {
    for (KeycloakServer node : nodes) {
      for (String good : List.of(access, session)) {
        Answer answer = Gateway.check(node, good, GRANTED);
        assertThat(answer.status()).as(answer::summary).isEqualTo(200);
        assertThat(ResourceServer.API.introspect(node, Addresses.PACK, good).path("active"))
            .hasToString("true");
      }
      Gateway.assertInsufficientScope(Gateway.check(node, access, DECLINED), DECLINED);
      for (String ended : List.of(revokedAccess, revokedSession)) {
        Gateway.assertInvalidToken(Gateway.check(node, ended));
      }
      Answer refused = DemoApp.refresh(node, Addresses.PACK, revokedGrant);
      assertThat(refused.json().path("error").asText()).isEqualTo("invalid_grant");
      AuthorizationFlow silent =
          authorizeAt(Addresses.PACK, node).with("scope", GRANTED).with("prompt", "none");
      assertThat(silent.callback(silent.start(browser.at(node))).find("code")).isPresent();
      assertThat(user(node)).isEqualTo(user);
      assertThat(consents(node)).isEqualTo(consents);
      Answer refreshed = DemoApp.refresh(node, Addresses.PACK, tokens);
      assertThat(refreshed.status()).as(refreshed::summary).isEqualTo(200);
      tokens = refreshed.json();
      assertThat(tokens.path("scope").asText()).isEqualTo(GRANTED);
    }
  }
}
