package com.expensicat.keycloak.it.session;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.Events;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A session JWT where another token is due, and other tokens where a session JWT is. */
class SessionElsewhereIT {

  private static final String TOKEN_TYPE = "urn:ietf:params:oauth:token-type:";
  private static final TokenClient WEB =
      TokenClient.basic("expensicat-web", "expensicat-web-dev-secret");

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static TestIssuer issuer;
  private static Events events;

  @BeforeAll
  static void trustAnIssuer() {
    SERVER.admin().forgetSignOuts();
    events = Events.ofRefusals(SERVER.admin());
    issuer = TestIssuer.trusted(SERVER, "elsewhere", Map.of("exchangeClients", "expensicat-web"));
  }

  @AfterAll
  static void removeIt() {
    issuer.close();
    events.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/admin/realms/expensicat",
        "/admin/realms/expensicat/users",
        "/admin/realms/master",
        "/admin/serverinfo",
        "/realms/expensicat/account/",
        "/realms/expensicat/account/sessions",
        "/realms/expensicat/account/linked-accounts",
        "/realms/expensicat/broker/elsewhere/token"
      })
  void atKeycloaksOtherAddressesItOpensNothing(String path) {
    Answer answer =
        TokenClient.bearer(issuer.session().compact())
            .header("Accept", "application/json")
            .get(URI.create(SERVER.baseUrl() + path));

    assertThat(answer.status()).as(answer::summary).isIn(400, 401, 403, 404);
  }

  @ParameterizedTest
  @EnumSource
  void itRegistersNoClient(Addresses addresses) {
    Answer answer =
        TokenClient.bearer(issuer.session().compact())
            .send(
                "POST",
                addresses.register(SERVER),
                BodyKind.JSON.mediaType(),
                "{\"redirect_uris\":[\"https://registered.example/cb\"]}");

    assertThat(answer.status()).as(answer::summary).isIn(401, 403);
  }

  @ParameterizedTest
  @EnumSource
  void itIsNoRefreshToken(Addresses addresses) {
    Answer answer =
        WEB.post(
            addresses.token(SERVER),
            Parameters.of(
                "grant_type", "refresh_token", "refresh_token", issuer.session().compact()));

    assertError(answer, 400, "invalid_grant");
  }

  @ParameterizedTest
  @EnumSource
  void itIsNoAuthorizationGrant(Addresses addresses) {
    Answer answer =
        WEB.post(
            addresses.token(SERVER),
            Parameters.of(
                "grant_type",
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
                "assertion",
                issuer.session().compact()));

    assertError(answer, 400, "unsupported_grant_type");
  }

  @ParameterizedTest
  @EnumSource
  void itIsNoClientAssertion(Addresses addresses) {
    String jwt = issuer.session("expensicat-web").claim("aud", SERVER.realmUrl()).compact();

    Answer answer =
        TokenClient.anonymous()
            .post(
                addresses.token(SERVER),
                Parameters.of(
                    "grant_type", "client_credentials",
                    "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    "client_assertion", jwt));

    assertThat(answer.status()).as(answer::summary).isIn(400, 401);
    assertThat(answer.json().has("access_token")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"access_token", "id_token", "refresh_token", "saml2", "nonsense"})
  void itIsExchangedOnlyForWhatItIs(String type) {
    for (Addresses addresses : Addresses.values()) {
      Answer answer = exchange(addresses, issuer.session().compact(), TOKEN_TYPE + type);

      assertThat(answer.status()).as(answer::summary).isEqualTo(400);
      assertThat(answer.json().has("access_token")).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itIsNoHintOfABrowserSession(Addresses addresses) {
    SessionJwt jwt = issuer.session();
    ResourceServer.API.introspect(addresses, jwt.compact());
    AuthorizationFlow flow =
        authorizeAt(addresses).with("prompt", "none").with("id_token_hint", jwt.compact());

    Answer answer = flow.start(new Browser());

    assertThat(answer.status()).as(answer::summary).isLessThan(500);
    assertThat(answer.location().map(URI::getRawQuery).orElse("")).doesNotContain("code=");
  }

  @ParameterizedTest
  @EnumSource
  void otherTokensOfThisServerAreNoSessions(Addresses addresses) throws InterruptedException {
    JsonNode tokens =
        authorizeAt(addresses)
            .with("client_id", "expensicat-web")
            .with("redirect_uri", "http://localhost:3000/callback")
            .with("scope", "openid transactions:read")
            .tokens(new Browser(), BodyKind.FORM, WEB)
            .json();

    Map<String, String> reasons =
        Map.of(
            "access_token", "type_not_allowed",
            "id_token", "issuer_unknown",
            "refresh_token", "issuer_unknown");
    for (String kind : reasons.keySet()) {
      Events.Watch refusals = events.watch(Events.EXCHANGE_REFUSED);
      Answer answer = exchange(addresses, tokens.path(kind).asText(), TOKEN_TYPE + "jwt");
      assertThat(answer.status()).as(answer::summary).isEqualTo(400);
      assertThat(answer.json().has("access_token")).isFalse();
      assertThat(refusals.reason()).as(kind).isEqualTo(reasons.get(kind));
    }
  }

  @Test
  void aTokenThatClaimsToBeThisRealmsIsRefusedAtBoth() {
    SessionJwt jwt = issuer.session().claim("iss", SERVER.realmUrl());

    for (SessionJwt shown : List.of(jwt, jwt.header("typ", "at+jwt"))) {
      Gateway.assertInvalidToken(Gateway.check(shown.compact()));
      for (Addresses addresses : Addresses.values()) {
        assertThat(ResourceServer.API.introspect(addresses, shown.compact()))
            .isEqualTo(Json.object("{'active':false}"));
      }
    }
  }

  private static Answer exchange(Addresses addresses, String token, String type) {
    return WEB.post(
        addresses.token(SERVER),
        Parameters.of(
            "grant_type",
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token",
            token,
            "subject_token_type",
            type,
            "scope",
            "transactions:read"));
  }
}
