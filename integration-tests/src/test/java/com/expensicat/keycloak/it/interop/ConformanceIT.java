package com.expensicat.keycloak.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.TestRun;
import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What modules of the OpenID Foundation's conformance suite look at and no other test here does;
 * {@code docs/conformance.md} says for each module which test stands for it.
 */
class ConformanceIT {

  private static final Pattern NAMED_TEST = Pattern.compile("`(\\w+IT)#(\\w+)`");

  @ParameterizedTest
  @ValueSource(strings = {"conformance.md", "clients.md", "mcp.md"})
  void theListNamesTestsThatAreThere(String list) throws Exception {
    String text = Files.readString(Path.of("..", "docs", list));
    List<MatchResult> named = NAMED_TEST.matcher(text).results().toList();
    assertThat(named).isNotEmpty();
    for (MatchResult test : named) {
      Set<String> methods =
          TestRun.classes().stream()
              .filter(type -> type.getSimpleName().equals(test.group(1)))
              .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
              .map(Method::getName)
              .collect(Collectors.toSet());
      assertThat(methods).as(test.group()).contains(test.group(2));
    }
  }

  @ParameterizedTest
  @EnumSource
  void userinfoGivesTheClaimsOfTheScopesToGetAndPost(Addresses addresses) {
    JsonNode tokens = tokens(flow(addresses, "openid profile email address phone"));
    String accessToken = tokens.path("access_token").textValue();
    URI userinfo = addresses.userinfo(KeycloakServer.shared());
    for (String method : List.of("GET", "POST")) {
      JsonNode claims = TokenClient.bearer(accessToken).send(method, userinfo).json();
      assertThat(claims.path("sub").textValue()).isNotBlank();
      assertThat(claims.path("preferred_username").textValue()).isEqualTo("demo");
      assertThat(claims.path("email").textValue()).isEqualTo("demo@expensicat.test");
    }
    assertThat(
            TokenClient.anonymous()
                .post(userinfo, Parameters.of("access_token", accessToken))
                .json()
                .path("sub")
                .textValue())
        .isNotBlank();
  }

  @ParameterizedTest
  @EnumSource
  void theOrderOfScopesMakesNoDifference(Addresses addresses) {
    assertThat(
            tokens(flow(addresses, "email profile openid"))
                .path("scope")
                .textValue()
                .split(" ", -1))
        .containsExactlyInAnyOrder("openid", "profile", "email");
  }

  @ParameterizedTest
  @EnumSource
  void theIdTokenHasTheNonceThatWasSentAndNoneOtherwise(Addresses addresses) throws Exception {
    String nonce = "n".repeat(64);
    assertThat(idToken(flow(addresses, "openid").with("nonce", nonce)).path("nonce").textValue())
        .isEqualTo(nonce);
    assertThat(idToken(flow(addresses, "openid")).has("nonce")).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void withoutAStateNoneComesBack(Addresses addresses) {
    Parameters callback = flow(addresses, "openid").without("state").callback(new Browser());
    assertThat(callback.names()).contains("code", "iss").doesNotContain("state");
  }

  @ParameterizedTest
  @CsvSource({
    "display, page",
    "display, popup",
    "login_hint, buffy@example.org",
    "ui_locales, se",
    "claims_locales, se",
    "acr_values, 1 2",
    "extra, foobar",
    "claims, '{\"userinfo\":{\"name\":{\"essential\":true}}}'",
  })
  void aParameterThatNeedNotBeUnderstoodDoesNoHarm(String name, String value) {
    for (Addresses addresses : Addresses.values()) {
      assertThat(tokens(flow(addresses, "openid").with(name, value)).has("id_token")).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void promptLoginAndAShortMaxAgeAskAgainAndALongOneDoesNot(Addresses addresses) throws Exception {
    Browser browser = new Browser();
    AuthorizationFlow flow = flow(addresses, "openid");
    JsonNode first = idToken(flow, browser);
    Thread.sleep(2500); // times count in whole seconds
    JsonNode same = idToken(flow.with("max_age", "10000"), browser);
    assertThat(same.path("auth_time").longValue()).isEqualTo(first.path("auth_time").longValue());
    assertThat(same.path("sub")).isEqualTo(first.path("sub"));
    assertThat(flow.with("max_age", "1").start(browser).form(Browser.LOGIN_FORM)).isPresent();
    JsonNode again = idToken(flow.with("prompt", "login"), browser);
    assertThat(again.path("auth_time").longValue())
        .isGreaterThan(first.path("auth_time").longValue());
  }

  @ParameterizedTest
  @EnumSource
  void withoutASessionPromptNoneIsLoginRequired(Addresses addresses) {
    AuthorizationFlow flow = flow(addresses, "openid").with("prompt", "none");
    assertThat(flow.callback(flow.start(new Browser())).get("error")).isEqualTo("login_required");
  }

  @ParameterizedTest
  @EnumSource
  void promptNoneWithAHintNamesTheSamePerson(Addresses addresses) throws Exception {
    Browser browser = new Browser();
    JsonNode first = tokens(flow(addresses, "openid"), browser);
    String hint = first.path("id_token").textValue();
    AuthorizationFlow second =
        flow(addresses, "openid").with("prompt", "none").with("id_token_hint", hint);
    assertThat(idToken(second, browser).path("sub")).isEqualTo(Jwt.claims(hint).path("sub"));
  }

  @ParameterizedTest
  @EnumSource
  void aClientMayAuthenticateInTheBody(Addresses addresses) {
    Answer answer =
        TokenClient.anonymous()
            .post(
                addresses.token(KeycloakServer.shared()),
                Parameters.of(
                    "grant_type", "refresh_token",
                    "refresh_token", "unknown",
                    "client_id", "expensicat-web",
                    "client_secret", "expensicat-web-dev-secret"));
    assertThat(answer.json().path("error").textValue()).isEqualTo("invalid_grant");
  }

  @ParameterizedTest
  @EnumSource
  void aRefreshTokenOfOneClientIsNoneOfAnother(Addresses addresses) {
    JsonNode tokens = tokens(flow(addresses, "openid"));
    Answer answer =
        TokenClient.basic("expensicat-web", "expensicat-web-dev-secret")
            .post(
                addresses.token(KeycloakServer.shared()),
                Parameters.of(
                    "grant_type",
                    "refresh_token",
                    "refresh_token",
                    tokens.path("refresh_token").textValue()));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("error").textValue()).isEqualTo("invalid_grant");
  }

  @ParameterizedTest
  @EnumSource
  void aPushedRequestIsItsClientsAloneAndServesOneSignIn(Addresses addresses) {
    AuthorizationFlow flow = flow(addresses, "openid");
    AuthorizationFlow others = pushed(flow, "expensicat-web", requestUri(flow));
    assertThat(others.start(new Browser()).status()).isEqualTo(400);
    AuthorizationFlow own = pushed(flow, AuthorizationFlow.DEMO_APP, requestUri(flow));
    assertThat(own.start(new Browser()).form(Browser.LOGIN_FORM)).isPresent();
    Browser browser = new Browser();
    Answer back = browser.acceptWhereAsked(own.signIn(browser));
    assertThat(flow.callback(back).names()).contains("code");
    assertThat(own.start(new Browser()).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @EnumSource
  void aRequestUriCannotBePushed(Addresses addresses) {
    Answer answer = push(flow(addresses, "openid").with("request_uri", "urn:example:1"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("error").textValue()).isEqualTo("invalid_request");
  }

  private static AuthorizationFlow flow(Addresses addresses, String scope) {
    return AuthorizationFlow.authorizeAt(addresses).with("scope", scope);
  }

  private static Answer push(AuthorizationFlow flow) {
    return TokenClient.anonymous()
        .post(flow.addresses().par(KeycloakServer.shared()), flow.parameters());
  }

  private static String requestUri(AuthorizationFlow flow) {
    return push(flow).json().path("request_uri").textValue();
  }

  private static AuthorizationFlow pushed(
      AuthorizationFlow flow, String clientId, String requestUri) {
    return flow.edit(all -> Parameters.of("client_id", clientId, "request_uri", requestUri));
  }

  private static JsonNode tokens(AuthorizationFlow flow) {
    return tokens(flow, new Browser());
  }

  private static JsonNode tokens(AuthorizationFlow flow, Browser browser) {
    return flow.tokens(browser, BodyKind.FORM).json();
  }

  private static JsonNode idToken(AuthorizationFlow flow) throws ParseException {
    return idToken(flow, new Browser());
  }

  private static JsonNode idToken(AuthorizationFlow flow, Browser browser) throws ParseException {
    return Jwt.claims(tokens(flow, browser).path("id_token").textValue());
  }
}
