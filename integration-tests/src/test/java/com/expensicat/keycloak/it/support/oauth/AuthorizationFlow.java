package com.expensicat.keycloak.it.support.oauth;

import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * The authorization code flow with PKCE (RFC 6749 4.1, RFC 7636) of one application, at either set
 * of addresses. Immutable: each change is a copy, with the verifier of the original.
 *
 * @param parameters the authorization request; at first the guide's, for the demo application
 */
public record AuthorizationFlow(
    KeycloakServer server, Addresses addresses, Person person, Pkce pkce, Parameters parameters) {

  /** The demo overlay's public client. */
  public static final String DEMO_APP = "expensicat-demo-app";

  /** Its registered redirect URI. */
  public static final String CALLBACK = "http://127.0.0.1:9876/callback";

  private static final Duration COUNTING = Duration.ofMillis(200);

  /** A flow of the demo application at the shared server. */
  public static AuthorizationFlow authorizeAt(Addresses addresses) {
    return authorizeAt(addresses, KeycloakServer.shared());
  }

  /** A flow of the demo application, with a state and a verifier of its own, for no scope. */
  public static AuthorizationFlow authorizeAt(Addresses addresses, KeycloakServer server) {
    Pkce pkce = Pkce.random();
    Parameters parameters =
        Parameters.of(
            "client_id",
            DEMO_APP,
            "redirect_uri",
            CALLBACK,
            "response_type",
            "code",
            "code_challenge",
            pkce.codeChallenge(),
            "code_challenge_method",
            "S256",
            "state",
            UUID.randomUUID().toString());
    return new AuthorizationFlow(server, addresses, Person.DEMO, pkce, parameters);
  }

  /** The flow with another authorization request. */
  public AuthorizationFlow edit(UnaryOperator<Parameters> edit) {
    return new AuthorizationFlow(server, addresses, person, pkce, edit.apply(parameters));
  }

  public AuthorizationFlow with(String name, String value) {
    return edit(request -> request.with(name, value));
  }

  public AuthorizationFlow without(String name) {
    return edit(request -> request.without(name));
  }

  /** The flow for these scopes. */
  public AuthorizationFlow scope(Iterable<String> scopes) {
    return with("scope", String.join(" ", scopes));
  }

  public AuthorizationFlow as(Person other) {
    return new AuthorizationFlow(server, addresses, other, pkce, parameters);
  }

  /** The same flow, going on at another node of the cluster. */
  public AuthorizationFlow at(KeycloakServer node) {
    return new AuthorizationFlow(node, addresses, person, pkce, parameters);
  }

  /** The address that the application sends the browser to. */
  public URI request() {
    return URI.create(addresses.authorize(server) + "?" + parameters.encoded());
  }

  /** The flow that goes on with this request after the client has pushed it (RFC 9126). */
  public AuthorizationFlow pushed(TokenClient client) {
    Answer answer = client.post(addresses.par(server), parameters);
    String requestUri = answer.json().path("request_uri").asText();
    if (requestUri.isEmpty()) {
      throw new AssertionError("Not pushed: " + answer.summary());
    }
    return edit(
        request ->
            Parameters.of(
                "client_id", request.get("client_id"),
                "redirect_uri", request.get("redirect_uri"),
                "request_uri", requestUri));
  }

  /** Opens the request, up to the first page or the redirect to the application. */
  public Answer start(Browser browser) {
    return browser.open(request());
  }

  /**
   * Opens the request and signs in where asked, up to the consent page or the redirect. Keycloak's
   * brute-force protection refuses a person whose last login it has not counted yet, which it does
   * beside the answer; so who is refused tries once more.
   */
  public Answer signIn(Browser browser) {
    Answer answer = start(browser);
    if (answer.form(Browser.LOGIN_FORM).isEmpty()) {
      return answer;
    }
    Answer next = browser.follow(browser.signIn(answer, person));
    if (next.form(Browser.LOGIN_FORM).isEmpty()) {
      return next;
    }
    LockSupport.parkNanos(COUNTING.toNanos());
    return browser.follow(browser.signIn(next, person));
  }

  /**
   * Walks the whole way: signs in where asked, accepts where asked.
   *
   * @return the parameters of the redirect to the application, good or bad
   */
  public Parameters callback(Browser browser) {
    return callback(browser.acceptWhereAsked(signIn(browser)));
  }

  /**
   * The parameters of a redirect to the application, or an assertion error for any other answer.
   */
  public Parameters callback(Answer answer) {
    return answer
        .location()
        .filter(to -> to.toString().startsWith(parameters.get("redirect_uri")))
        .map(URI::getRawQuery)
        .map(Parameters::decode)
        .orElseThrow(() -> new AssertionError("Not back at the client: " + answer.summary()));
  }

  /** The token request for that code (RFC 6749 4.1.3), as the guide shows it. */
  public Parameters tokenRequest(String code) {
    return Parameters.of(
        "grant_type", "authorization_code",
        "code", code,
        "redirect_uri", parameters.get("redirect_uri"),
        "client_id", parameters.get("client_id"),
        "code_verifier", pkce.codeVerifier());
  }

  /** Walks the whole way with a new browser and redeems the code by a form. */
  public Answer tokens() {
    return tokens(new Browser(server), BodyKind.FORM);
  }

  /** Walks the whole way and redeems the code, as a public client. */
  public Answer tokens(Browser browser, BodyKind kind) {
    return tokens(browser, kind, TokenClient.anonymous());
  }

  /** Walks the whole way and redeems the code, with the client's own authentication. */
  public Answer tokens(Browser browser, BodyKind kind, TokenClient client) {
    return client.post(addresses.token(server), kind, tokenRequest(callback(browser).get("code")));
  }
}
