package com.expensicat.keycloak.it.authorize;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Wherever a scope is refused, the answer names it and no other. */
class InvalidScopeIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final String ASKED = "openid transactions:read roles no:such banking:write";
  private static final String NAMED =
      "Unknown or not allowed for this client, scope: roles no:such";

  @ParameterizedTest
  @EnumSource
  void atAuthorize(Addresses addresses) {
    AuthorizationFlow flow = authorizeAt(addresses).with("scope", ASKED);

    Parameters callback = flow.callback(flow.start(new Browser()));

    assertThat(callback.get("error")).isEqualTo("invalid_scope");
    assertThat(callback.get("error_description")).isEqualTo(NAMED);
    assertThat(callback.get("iss")).isEqualTo(SERVER.realmUrl());
  }

  @ParameterizedTest
  @EnumSource
  void whenARequestIsPushed(Addresses addresses) {
    assertNamed(
        TokenClient.anonymous()
            .post(addresses.par(SERVER), authorizeAt(addresses).with("scope", ASKED).parameters()),
        NAMED);
  }

  @ParameterizedTest
  @EnumSource
  void atRefresh(Addresses addresses) {
    JsonNode tokens =
        authorizeAt(addresses).with("scope", "openid transactions:read").tokens().json();

    Parameters request = DemoApp.refreshRequest(tokens);
    TokenClient client = TokenClient.anonymous();
    assertNamed(client.post(addresses.token(SERVER), request.with("scope", ASKED)), NAMED);
    assertNamed(
        client.post(
            addresses.token(SERVER),
            request.with("scope", "openid transactions:read banking:write team:read")),
        "Wider than what was granted, scope: banking:write team:read");
  }

  @ParameterizedTest
  @EnumSource
  void forAnApplicationThatActsForItself(Addresses addresses) throws Throwable {
    SERVER
        .admin()
        .withClient(
            Json.object(
                "{'clientId':'acting','secret':'acting-secret','serviceAccountsEnabled':true}"),
            () -> {
              TokenClient acting = TokenClient.basic("acting", "acting-secret");
              Parameters request = Parameters.of("grant_type", "client_credentials");
              assertNamed(
                  acting.post(addresses.token(SERVER), request.with("scope", ASKED)), NAMED);
              assertNamed(
                  acting.post(
                      addresses.token(SERVER),
                      request.with("scope", "openid transactions:read banking:write")),
                  "Not given to this client without a person's consent, scope: transactions:read"
                      + " banking:write");
            });
  }

  @ParameterizedTest
  @EnumSource
  void atExchange(Addresses addresses) throws Throwable {
    SERVER
        .admin()
        .withClientChange(
            "expensicat-api",
            client ->
                client.withObject("/attributes").put("standard.token.exchange.enabled", "true"),
            () -> {
              String token =
                  authorizeAt(addresses)
                      .with("scope", "transactions:read")
                      .tokens()
                      .json()
                      .path("access_token")
                      .asText();
              Parameters request =
                  Parameters.of(
                      "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange",
                      "subject_token", token,
                      "subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
              assertNamed(
                  ResourceServer.API
                      .client()
                      .post(addresses.token(SERVER), request.with("scope", ASKED)),
                  NAMED);
            });
  }

  @ParameterizedTest
  @EnumSource
  void atTheExchangeOfASession(Addresses addresses) {
    try (TestIssuer issuer =
        TestIssuer.trusted(
            SERVER,
            "invalid-scope",
            Map.of("exchangeClients", "expensicat-web", "scopes", "transactions:read"))) {
      TokenClient web = TokenClient.basic("expensicat-web", "expensicat-web-dev-secret");
      Parameters request = SessionExchange.request(issuer.session().compact());
      assertNamed(web.post(addresses.token(SERVER), request.with("scope", ASKED)), NAMED);
      assertNamed(
          web.post(
              addresses.token(SERVER),
              request.with("scope", "openid transactions:read banking:write team:read")),
          "Wider than the session, scope: banking:write team:read");
    }
  }

  /** RFC 6749 4.1.2.1 and 5.2 know fewer characters than a name may have. */
  @Test
  void inTheCharactersOfADescriptionAndNoLongerThanIsOfUse() {
    String name = "\"<b>\\\u00e9";
    Answer answer =
        TokenClient.anonymous()
            .post(
                Addresses.PACK.par(SERVER),
                authorizeAt(Addresses.PACK)
                    .with("scope", name + " " + "x".repeat(2000))
                    .parameters());

    assertThat(answer.json().path("error_description").asText())
        .startsWith("Unknown or not allowed for this client, scope: ?<b>?? xxx")
        .matches("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]{1,400}");
  }

  private static void assertNamed(Answer answer, String description) {
    assertThat(answer.status()).as(answer::summary).isEqualTo(400);
    assertThat(answer.json().path("error").asText()).isEqualTo("invalid_scope");
    assertThat(answer.json().path("error_description").asText()).isEqualTo(description);
  }
}
