package com.expensicat.keycloak.it.support.session;

import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import java.net.URI;

/**
 * A browser that a server has sent to the hand-over page of an issuer.
 *
 * @param page where it was sent to
 * @param alias the identity provider that the issuer is
 */
public record HandOver(KeycloakServer server, Browser browser, URI page, String alias) {

  /** Opens the request, and chooses the issuer on the login page. */
  public static HandOver choose(AuthorizationFlow flow, Browser browser, String alias) {
    return choose(flow.start(browser), browser, alias).at(flow.server());
  }

  /** Chooses the issuer on the login page. */
  public static HandOver choose(Answer loginPage, Browser browser, String alias) {
    String link = loginPage.document().select("#social-" + alias).attr("abs:href");
    if (link.isEmpty()) {
      throw new AssertionError("No link to " + alias + " on " + loginPage.summary());
    }
    return sent(browser.open(URI.create(link)), browser, alias);
  }

  /** What the server's redirect to the page says. */
  public static HandOver sent(Answer answer, Browser browser, String alias) {
    return new HandOver(
        KeycloakServer.shared(),
        browser,
        answer.location().orElseThrow(() -> new AssertionError("Not sent: " + answer.summary())),
        alias);
  }

  /** The same sign-in, going on at a server that is not the shared one. */
  public HandOver at(KeycloakServer other) {
    return new HandOver(other, browser, page, alias);
  }

  /** Where the page posts to, at the shared server. */
  public static URI endpoint(String alias) {
    return endpoint(KeycloakServer.shared(), alias);
  }

  public static URI endpoint(KeycloakServer server, String alias) {
    return URI.create(server.issuer() + "/broker/" + alias + "/endpoint");
  }

  public String state() {
    return query().get("state");
  }

  public String nonce() {
    return query().get("nonce");
  }

  public Parameters query() {
    return Parameters.decode(page.getRawQuery());
  }

  /** A JWT made for this sign-in: addressed to the realm, with its nonce. */
  public SessionJwt assertion(SessionJwt session) {
    return session.claim("aud", server.issuer()).claim("nonce", nonce());
  }

  /** Has this browser post an assertion as the page does, and follows what comes of it. */
  public Answer post(SessionJwt assertion) {
    return post(browser, assertion);
  }

  /** Has any browser post an assertion with the state of this sign-in. */
  public Answer post(Browser other, SessionJwt assertion) {
    return post(other, "assertion", assertion.compact());
  }

  /** Has this browser post that nobody is signed in at the issuer. */
  public Answer postThatNobodyIsSignedIn() {
    return post(browser, "error", "login_required");
  }

  private Answer post(Browser other, String field, String value) {
    return other.follow(
        other.post(endpoint(server, alias), Parameters.of("state", state(), field, value)));
  }

  /** Opens the page of a real issuer and sends off the form that it has. */
  public Answer openPage() {
    return sendForm(browser.get(page));
  }

  /** Sends off the form of the page, which holds what the issuer has to say. */
  public Answer sendForm(Answer shown) {
    return browser.follow(
        browser.submit(
            shown.form("form").orElseThrow(() -> new AssertionError(shown.summary())),
            data -> data));
  }
}
