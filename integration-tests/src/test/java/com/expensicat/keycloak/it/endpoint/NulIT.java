package com.expensicat.keycloak.it.endpoint;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.HandOver;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A NUL wherever a text comes from outside that the database is asked for, or is to keep.
 * PostgreSQL refuses it, H2 does not; the answer is that nobody has such a name.
 */
class NulIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final String ALIAS = "nul";

  private static TestIssuer issuer;

  @BeforeAll
  static void trustAnIssuer() {
    SERVER.admin().forgetSignOuts();
    issuer = TestIssuer.handingOver(SERVER, ALIAS, "/hand-over");
  }

  @AfterAll
  static void removeIt() {
    issuer.close();
  }

  /** A JWT of somebody whom nobody knows, unsigned. */
  private static String jwt(String claims) {
    return SigningKey.base64url("{\"alg\":\"none\"}".getBytes(UTF_8))
        + '.'
        + SigningKey.base64url(claims.getBytes(UTF_8))
        + '.';
  }

  private static final String OF_NOBODY = jwt("{\"iss\":\"a\\u0000b\",\"sub\":\"c\\u0000\"}");

  @Test
  void anIssuerWithOneIsUnknownToTheCheck() {
    Gateway.assertInvalidToken(Gateway.check(OF_NOBODY));
  }

  @ParameterizedTest
  @EnumSource
  void anIssuerWithOneIsUnknown(Addresses addresses) {
    Answer shown = TokenClient.bearer(OF_NOBODY).get(addresses.userinfo(SERVER));
    Answer posted =
        TokenClient.anonymous()
            .post(addresses.userinfo(SERVER), Parameters.of("access_token", OF_NOBODY));
    Parameters token = Parameters.of("token", OF_NOBODY);

    assertThat(shown.status()).as(shown::summary).isEqualTo(401);
    assertThat(posted.status()).as(posted::summary).isEqualTo(401);
    assertThat(ResourceServer.API.introspect(addresses, OF_NOBODY))
        .isEqualTo(Json.object("{'active':false}"));
    Answer revoked =
        TokenClient.basic("expensicat-api", "expensicat-api-dev-secret")
            .post(addresses.revoke(SERVER), token);
    assertThat(revoked.status()).as(revoked::summary).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"PACK, GET", "PACK, PUT", "PACK, DELETE", "KEYCLOAK, GET", "KEYCLOAK, PUT"})
  void aClientWithOneIsNotRegistered(Addresses addresses, String method) {
    URI address = URI.create(addresses.register(SERVER) + "/%00");

    for (TokenClient caller : List.of(TokenClient.anonymous(), TokenClient.bearer("x"))) {
      Answer answer = caller.send(method, address, BodyKind.JSON.mediaType(), "{}");
      assertThat(answer.status()).as(answer::summary).isEqualTo(401);
      assertThat(answer.json().path("error").asText()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/realms/a%00b, 404",
    "/realms/a%00b/.well-known/openid-configuration, 404",
    "/.well-known/oauth-authorization-server/realms/a%00b, 404",
    "/realms/a%00b/protocol/openid-connect/auth?client_id=x, 404",
    "/realms/expensicat/clients/a%00b/redirect, 204",
    "/realms/expensicat/broker/a%00b/endpoint?state=x, 404",
    "/realms/expensicat/protocol/saml/clients/a%00b, 400",
    "/admin/realms/a%00b/users, 401",
  })
  void aPathWithOneLeadsNowhere(String path, int status) {
    Answer answer = TokenClient.anonymous().get(URI.create(SERVER.baseUrl() + path));

    assertThat(answer.status()).as(answer::summary).isEqualTo(status);
  }

  @Test
  void aTokenForAdminsOfARealmWithOneIsRefused() {
    String token = jwt("{\"iss\":\"" + SERVER.baseUrl() + "/realms/a\\u0000b\"}");

    Answer answer =
        TokenClient.bearer(token).get(URI.create(SERVER.baseUrl() + "/admin/realms/master"));

    assertThat(answer.status()).as(answer::summary).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/logout", "/auth/device", "/ext/ciba/auth"})
  void aClientWithOneIsNobodyToKeycloaksOtherAddresses(String path) {
    Answer answer =
        TokenClient.anonymous()
            .post(
                Addresses.KEYCLOAK.at(SERVER, path),
                Parameters.of("client_id", "a\0b", "refresh_token", "x", "login_hint", "x"));

    assertThat(answer.status()).as(answer::summary).isEqualTo(401);
  }

  @Test
  void aLogoutTokenOfAnIssuerWithOneIsRefused() {
    Answer answer =
        TokenClient.anonymous()
            .post(
                Addresses.KEYCLOAK.at(SERVER, "/logout/backchannel-logout"),
                Parameters.of("logout_token", OF_NOBODY));

    assertThat(answer.status()).as(answer::summary).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\0b", "a\0b@expensicat.test"})
  void nobodyWithOneSignsIn(String username) {
    Browser browser = new Browser();
    Answer page = authorizeAt(Addresses.KEYCLOAK).start(browser);

    Answer again = browser.signIn(page, new Person(username, "x\0"));

    assertThat(again.status()).as(again::summary).isEqualTo(200);
    assertThat(again.form(Browser.LOGIN_FORM)).isPresent();
  }

  @Test
  void aHandOverForAClientWithOneIsRefused() {
    HandOver handOver = HandOver.choose(authorizeAt(Addresses.KEYCLOAK), new Browser(), ALIAS);
    String[] state = handOver.state().split("\\.", -1);
    state[2] = SigningKey.base64url("a\0b".getBytes(UTF_8));

    Answer answer =
        handOver
            .browser()
            .post(
                HandOver.endpoint(ALIAS),
                Parameters.of("state", String.join(".", state), "assertion", "x"));

    assertThat(answer.status()).as(answer::summary).isEqualTo(400);
  }

  @Test
  void aNameWithOneIsKeptWithoutIt() {
    SessionJwt session = issuer.session(TestIssuer.newSubject()).claim("name", "A\0da");

    Answer answer = Gateway.check(session.compact());

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    JsonNode user = SERVER.admin().get("/users/" + Gateway.said(answer, "User"));
    assertThat(user.path("firstName").asText()).isEqualTo("A\uFFFDda");
  }
}
