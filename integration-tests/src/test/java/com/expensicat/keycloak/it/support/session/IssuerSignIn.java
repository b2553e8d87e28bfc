package com.expensicat.keycloak.it.support.session;

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
import com.fasterxml.jackson.databind.JsonNode;
import java.text.ParseException;

/**
 * A person's browser in which the demo app asks for access, and an issuer says who the person is.
 *
 * @param alias the identity provider that the issuer is
 */
public record IssuerSignIn(Addresses addresses, Browser browser, String alias) {

  /** What the app asks for. */
  public AuthorizationFlow flow() {
    return AuthorizationFlow.authorizeAt(addresses).with("scope", "transactions:read");
  }

  /** The page after a new sign-in, or the redirect to the app. */
  public Answer page(SessionJwt session) {
    return page(flow(), session);
  }

  /** The page after a new sign-in, or the redirect to the app. */
  public Answer page(AuthorizationFlow flow, SessionJwt session) {
    HandOver handOver = HandOver.choose(flow.with("prompt", "login"), browser, alias);
    return handOver.post(handOver.assertion(session));
  }

  /** Signs in and says yes to everything. */
  public JsonNode connect(SessionJwt session) {
    return connect(flow(), session);
  }

  /** Signs in and says yes to everything. */
  public JsonNode connect(AuthorizationFlow flow, SessionJwt session) {
    return tokens(flow, page(flow, session));
  }

  /** What the app gets, once the person has said yes to a page where there is one. */
  public JsonNode tokens(AuthorizationFlow flow, Answer page) {
    return redeemed(flow, code(flow, page));
  }

  /** Says yes where there is a page. */
  public String code(AuthorizationFlow flow, Answer page) {
    return flow.callback(browser.acceptWhereAsked(page)).get("code");
  }

  public static JsonNode redeemed(AuthorizationFlow flow, String code) {
    return good(
        TokenClient.anonymous()
            .post(
                flow.addresses().token(KeycloakServer.shared()),
                BodyKind.FORM,
                flow.tokenRequest(code)));
  }

  public JsonNode refreshed(JsonNode tokens) {
    return good(DemoApp.refresh(addresses, tokens));
  }

  private static JsonNode good(Answer answer) {
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return answer.json();
  }

  /** The claim of the access token; null if there is none. */
  public static String organization(JsonNode tokens) {
    return claim(tokens, "org").asText(null);
  }

  /** A claim of the access token; a missing node if there is none. */
  public static JsonNode claim(JsonNode tokens, String name) {
    try {
      return Jwt.claims(tokens.path("access_token").asText()).path(name);
    } catch (ParseException e) {
      throw new AssertionError(e);
    }
  }
}
