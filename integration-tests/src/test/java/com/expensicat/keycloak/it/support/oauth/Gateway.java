package com.expensicat.keycloak.it.support.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** A gateway that has the server decide about each request. */
public final class Gateway {

  /** What an accepted request gets, in lower case. */
  public static final List<String> HEADERS =
      List.of(
          "x-auth-request-client",
          "x-auth-request-org",
          "x-auth-request-scope",
          "x-auth-request-subject",
          "x-auth-request-token-use",
          "x-auth-request-user");

  private Gateway() {}

  /** The address of the shared server that decides whether all of these scopes are held. */
  public static URI address(String... scopes) {
    return address(KeycloakServer.shared(), scopes);
  }

  public static URI address(KeycloakServer server, String... scopes) {
    String check = server.packUrl() + "/check";
    return URI.create(
        scopes.length == 0
            ? check
            : check
                + "?scope="
                + URLEncoder.encode(String.join(" ", scopes), StandardCharsets.UTF_8));
  }

  public static Answer check(String token, String... scopes) {
    return check(KeycloakServer.shared(), token, scopes);
  }

  public static Answer check(KeycloakServer server, String token, String... scopes) {
    return TokenClient.bearer(token).get(address(server, scopes));
  }

  /** What a gateway says of a request at the API, as Traefik and Caddy do by themselves. */
  public static Parameters forwarded(String method, URI request) {
    return Parameters.of(
        "X-Forwarded-Method",
        method,
        "X-Forwarded-Proto",
        request.getScheme(),
        "X-Forwarded-Host",
        request.getRawAuthority(),
        "X-Forwarded-Uri",
        request.getRawPath() + (request.getRawQuery() == null ? "" : '?' + request.getRawQuery()));
  }

  /** The refusal of a token (RFC 6750 3.1), with nothing about anybody. */
  public static void assertInvalidToken(Answer answer) {
    assertRefused(answer, 401);
    assertThat(challenge(answer)).contains("error=\"invalid_token\"");
  }

  /** The refusal of a request without any token. */
  public static void assertNoToken(Answer answer) {
    assertRefused(answer, 401);
    assertThat(challenge(answer)).doesNotContain("error");
  }

  /** The refusal of a good token that does not reach far enough. */
  public static void assertInsufficientScope(Answer answer, String... scopes) {
    assertRefused(answer, 403);
    assertThat(challenge(answer))
        .contains("error=\"insufficient_scope\"")
        .contains("scope=\"" + String.join(" ", scopes) + "\"");
  }

  private static void assertRefused(Answer answer, int status) {
    assertThat(answer.status()).as(answer::summary).isEqualTo(status);
    assertThat(challenge(answer)).startsWith("Bearer");
    assertNothingTold(answer);
  }

  /** A refusal says nothing about anybody, and is not kept. */
  public static void assertNothingTold(Answer answer) {
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("Cache-Control")).hasValue("no-store");
    assertThat(authHeaders(answer)).isEmpty();
  }

  /** The names of the headers that tell about the token, sorted. */
  public static List<String> authHeaders(Answer answer) {
    return answer.headers().map().keySet().stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .filter(name -> name.startsWith("x-auth-request-"))
        .sorted()
        .toList();
  }

  /** The value of {@code X-Auth-Request-<name>}. */
  public static String said(Answer answer, String name) {
    List<String> values = answer.headers().allValues("X-Auth-Request-" + name);
    assertThat(values).as(name).hasSize(1);
    return values.get(0);
  }

  private static String challenge(Answer answer) {
    List<String> challenges = answer.headers().allValues("WWW-Authenticate");
    assertThat(challenges).hasSize(1);
    return challenges.get(0);
  }
}
