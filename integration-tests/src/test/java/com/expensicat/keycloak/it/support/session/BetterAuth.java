package com.expensicat.keycloak.it.support.session;

import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.CookieJar;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.http.UserAgent;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.NodeApplication;
import com.expensicat.keycloak.it.support.server.NodeServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jsoup.nodes.FormElement;

/**
 * The demo's session issuer as a process of this machine, on a free port of loopback: Better Auth
 * with its {@code jwt} plugin. Where Node.js is missing, to start it aborts the test.
 */
public final class BetterAuth implements AutoCloseable {

  private static BetterAuth shared;

  private final NodeServer server;
  private final String issuer;

  private BetterAuth(NodeServer server) {
    this.server = server;
    this.issuer = server.address();
  }

  /** The issuer of the whole test run, for the shared Keycloak; it ends with the JVM. */
  public static synchronized BetterAuth shared() {
    if (shared == null) {
      shared = start(KeycloakServer.shared().realmUrl());
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close, "stop Better Auth"));
    }
    return shared;
  }

  /**
   * An issuer for one test alone, which closes it.
   *
   * @param realmIssuer the {@code aud} of the JWTs that sign somebody in
   */
  public static BetterAuth start(String realmIssuer) {
    return start(realmIssuer, Map.of());
  }

  /**
   * An issuer for one test alone, which closes it.
   *
   * @param settings further environment variables, as the application's README lists them
   */
  public static BetterAuth start(String realmIssuer, Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PORT", "0");
    environment.put("REALM_ISSUER", realmIssuer);
    environment.put("TEST_CONTROLS", "true");
    environment.putAll(settings);
    return new BetterAuth(NodeServer.start(NodeApplication.SESSION_ISSUER, environment));
  }

  /** {@code iss} and {@code aud} of its session JWTs: scheme, host and port. */
  public String issuer() {
    return issuer;
  }

  public String jwksUrl() {
    return issuer + "/api/auth/jwks";
  }

  /** Where the realm sends a browser that signs in; {@code state} and {@code nonce} go along. */
  public String handOverUrl() {
    return issuer + "/hand-over";
  }

  /** All that the process has printed so far. */
  public String log() {
    return server.log();
  }

  /** A new person, who is signed in, in a new browser. */
  public Session signUp(String name, String email, String password) {
    return session(
        "/sign-up/email", Map.of("name", name, "email", email, "password", password), email);
  }

  /** A person who is there, signed in in a new browser. */
  public Session signIn(String email, String password) {
    return session("/sign-in/email", Map.of("email", email, "password", password), email);
  }

  private Session session(String path, Map<String, String> body, String email) {
    Browser browser = new Browser();
    Answer answer =
        browser.send(
            HttpRequest.newBuilder(URI.create(issuer + "/api/auth" + path))
                .header("Content-Type", BodyKind.JSON.mediaType())
                .header("Origin", issuer)
                .POST(BodyPublishers.ofString(Json.write(body))));
    JsonNode user = expect(200, answer).json().path("user");
    return new Session(issuer, browser, user.path("id").asText(), email);
  }

  /**
   * Fills in the sign-in page of the hand-over as a browser does it, with the page's origin; no
   * redirect followed.
   */
  public Answer signIn(Browser browser, Answer page, String email, String password) {
    FormElement form =
        page.form(Browser.LOGIN_FORM)
            .orElseThrow(() -> new AssertionError("No sign-in form in " + page.summary()));
    Parameters data =
        new Parameters(
                form.formData().stream()
                    .map(field -> new Parameters.Parameter(field.key(), field.value()))
                    .toList())
            .with("email", email)
            .with("password", password);
    return browser.send(
        HttpRequest.newBuilder(URI.create(form.absUrl("action")))
            .header("Content-Type", BodyKind.FORM.mediaType())
            .header("Origin", issuer)
            .POST(BodyPublishers.ofString(data.encoded())));
  }

  /**
   * Signs with a new key from now on.
   *
   * @param withdraw whether the old public keys disappear from the JWKS at once
   */
  public void rotate(boolean withdraw) {
    control("/test/rotate?withdraw=" + withdraw);
  }

  /** Lets the issuer say {@code emailVerified} of the person with that address. */
  public void verifyEmail(String email) {
    control("/test/verify-email?email=" + URLEncoder.encode(email, StandardCharsets.UTF_8));
  }

  private void control(String path) {
    expect(
        204,
        UserAgent.send(
            HttpRequest.newBuilder(URI.create(issuer + path)).POST(BodyPublishers.noBody())));
  }

  private static Answer expect(int status, Answer answer) {
    if (answer.status() != status) {
      throw new AssertionError("Not " + status + ": " + answer.summary());
    }
    return answer;
  }

  /** Ends the process; its port refuses connections after that. Once is enough. */
  public void stop() {
    server.close();
  }

  @Override
  public void close() {
    stop();
  }

  /**
   * A person who is signed in at an issuer.
   *
   * @param browser holds the cookies of the session
   * @param subject the person's id, {@code sub} of the JWTs
   */
  public record Session(String issuer, Browser browser, String subject, String email) {

    /** A session JWT, made for this call. */
    public String sessionJwt() {
      Answer answer = browser.get(URI.create(issuer + "/api/auth/token"));
      return expect(200, answer).json().path("token").asText();
    }

    public CookieJar cookies() {
      return browser.cookies();
    }
  }
}
