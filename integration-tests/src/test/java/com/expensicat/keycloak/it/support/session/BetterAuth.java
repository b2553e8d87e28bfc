package com.expensicat.keycloak.it.support.session;

import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.CookieJar;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.http.UserAgent;
import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.NodeApplication;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.FormElement;

/**
 * The demo's session issuer as a process of this machine, on a free port of loopback: Better Auth
 * with its {@code jwt} plugin. Where Node.js is missing, to start it aborts the test.
 */
public final class BetterAuth implements AutoCloseable {

  private static final Duration LONGEST_START = Duration.ofMinutes(1);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Pattern READY =
      Pattern.compile("^Session issuer ready at (\\S+)$", Pattern.MULTILINE);
  private static final Set<String> OTHERS_SETTINGS =
      Set.of("ISSUER", "BROKER_ENDPOINT", "KEY_ALGORITHM", "NODE_ENV", "NODE_OPTIONS");

  private static BetterAuth shared;

  private final Process process;
  private final Path log;
  private final String issuer;

  private BetterAuth(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.issuer = awaitReady();
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
    Path home = NodeApplication.SESSION_ISSUER.installed();
    try {
      Path log = Files.createTempFile(Artifacts.SERVERS, "session-issuer-", ".log");
      ProcessBuilder builder =
          new ProcessBuilder("node", "server.mjs")
              .directory(home.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      Map<String, String> environment = builder.environment();
      environment
          .keySet()
          .removeIf(name -> OTHERS_SETTINGS.contains(name) || name.startsWith("BETTER_AUTH_"));
      environment.put("PORT", "0");
      environment.put("REALM_ISSUER", realmIssuer);
      environment.put("TEST_CONTROLS", "true");
      environment.putAll(settings);
      return new BetterAuth(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the line that names the issuer, and returns that. */
  private String awaitReady() {
    Instant deadline = Instant.now().plus(LONGEST_START);
    while (true) {
      boolean alive = process.isAlive();
      Matcher ready = READY.matcher(log());
      if (ready.find()) {
        return ready.group(1);
      }
      if (!alive || Instant.now().isAfter(deadline)) {
        stop();
        throw new AssertionError("The session issuer does not start:\n" + log());
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
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
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    process.destroy();
    try {
      if (!process.waitFor(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
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
