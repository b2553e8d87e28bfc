package com.expensicat.keycloak.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Real tokens: of persons who sign up at the demo's issuer of session JWTs, and of the demo's user,
 * who signs in as many times at the login page.
 */
final class Tokens implements AutoCloseable {

  private static final String WEB = "expensicat-web:expensicat-web-dev-secret";
  private static final String REDIRECT_URI = "http://localhost:3000/callback";
  private static final String SCOPE = "openid transactions:read invoices:read";
  private static final int SIGN_IN_TRIES = 5;
  private static final Pattern FORM = Pattern.compile("<form[^>]* action=\"([^\"]+)\"");
  private static final Pattern CODE = Pattern.compile("[?&]code=([^&]+)");

  private final String server;
  private final String issuer;
  private final List<Http> people = new ArrayList<>();
  private final List<Http> browsers = new ArrayList<>();
  private Optional<StockRealm> stock = Optional.empty();

  /**
   * @param server address of Keycloak, without a slash at its end
   * @param issuer address of the issuer, likewise
   * @param count how many persons, and how many sign-ins
   */
  Tokens(String server, String issuer, int count) throws IOException {
    this.server = server;
    this.issuer = issuer;
    for (int i = 0; i < count; i++) {
      people.add(new Http());
      browsers.add(new Http());
      String json =
          "{\"name\":\"Load Person %d\",\"email\":\"%s@load.test\",\"password\":\"%s\"}"
              .formatted(i, UUID.randomUUID(), UUID.randomUUID());
      Http.Answer answer = people.get(i).postJson(issuer + "/api/auth/sign-up/email", "", json);
      if (answer.status() != 200) {
        throw new IOException("Nobody can sign up at " + issuer + ": " + answer.body());
      }
    }
  }

  /** New tokens, one of each person or sign-in; none of a realm that cannot be made. */
  List<String> fresh(Scenario.Kind kind) throws IOException {
    return switch (kind) {
      case SESSION_JWT -> sessionJwts();
      case EXCHANGED_TOKEN -> exchanged(sessionJwts());
      case ACCESS_TOKEN -> signedIn();
      case STOCK_TOKEN -> ofStockRealm();
    };
  }

  private List<String> sessionJwts() throws IOException {
    List<String> tokens = new ArrayList<>();
    for (Http person : people) {
      tokens.add(person.get(issuer + "/api/auth/token").text("token"));
    }
    return tokens;
  }

  /** By RFC 8693. */
  private List<String> exchanged(List<String> sessionJwts) throws IOException {
    List<String> tokens = new ArrayList<>();
    for (String sessionJwt : sessionJwts) {
      tokens.add(
          token(
              Map.of(
                  "grant_type",
                  "urn:ietf:params:oauth:grant-type:token-exchange",
                  "subject_token_type",
                  "urn:ietf:params:oauth:token-type:jwt",
                  "subject_token",
                  sessionJwt,
                  "scope",
                  SCOPE)));
    }
    return tokens;
  }

  /** By the authorization code flow, with the login page the first time. */
  private List<String> signedIn() throws IOException {
    List<String> tokens = new ArrayList<>();
    for (Http browser : browsers) {
      String verifier = (UUID.randomUUID() + "-" + UUID.randomUUID()).replace("-", "");
      tokens.add(
          token(
              Map.of(
                  "grant_type",
                  "authorization_code",
                  "code",
                  code(browser, verifier),
                  "code_verifier",
                  verifier,
                  "redirect_uri",
                  REDIRECT_URI)));
    }
    return tokens;
  }

  private String code(Http browser, String verifier) throws IOException {
    Http.Answer answer =
        browser.get(
            server
                + "/api/auth/oauth2/authorize?"
                + Http.form(
                    Map.of(
                        "response_type", "code",
                        "client_id", "expensicat-web",
                        "redirect_uri", REDIRECT_URI,
                        "scope", SCOPE,
                        "state", "load",
                        "code_challenge", challenge(verifier),
                        "code_challenge_method", "S256")));
    while (answer.location().startsWith(server)) {
      answer = browser.get(answer.location());
    }
    // Keycloak turns a sign-in away while it still notes another one of the same user.
    for (int tries = 0; tries < SIGN_IN_TRIES && answer.status() == 200; tries++) {
      Matcher form = FORM.matcher(answer.body());
      if (form.find()) {
        String action = form.group(1).replace("&amp;", "&");
        answer = browser.postForm(action, "", Map.of("username", "demo", "password", "demo"));
      }
    }
    Matcher code = CODE.matcher(answer.location());
    if (!code.find()) {
      throw new IOException("The demo's user cannot sign in, status " + answer.status());
    }
    return code.group(1);
  }

  private static String challenge(String verifier) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String token(Map<String, String> form) throws IOException {
    return new Http().postForm(server + "/api/auth/oauth2/token", WEB, form).text("access_token");
  }

  private List<String> ofStockRealm() throws IOException {
    if (stock.isEmpty()) {
      stock = StockRealm.create(server);
    }
    if (stock.isEmpty()) {
      System.out.println("No stock realm: this server's admin is not the demo's.");
      return List.of();
    }
    return stock.get().tokens(people.size());
  }

  @Override
  public void close() throws IOException {
    if (stock.isPresent()) {
      stock.get().close();
    }
  }
}
