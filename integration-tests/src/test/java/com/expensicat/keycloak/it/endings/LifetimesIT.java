package com.expensicat.keycloak.it.endings;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.server.Database;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.Postgres;
import com.expensicat.keycloak.it.support.server.Programs;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How long an application's access lasts, and what ends it. */
class LifetimesIT {

  private final KeycloakServer server = KeycloakServer.shared();
  private final AdminApi admin = server.admin();

  @AfterEach
  void forgetSignOuts() {
    admin.forgetSignOuts();
  }

  @ParameterizedTest
  @EnumSource
  void aRefreshTokenOutlivesTheSignOutFromTheBrowser(Addresses addresses) {
    Browser browser = new Browser();
    JsonNode tokens =
        authorizeAt(addresses)
            .with("scope", "transactions:read")
            .tokens(browser, BodyKind.FORM)
            .json();

    signOut(browser);
    AuthorizationFlow silent = authorizeAt(addresses).with("prompt", "none");
    Answer refreshed = DemoApp.refresh(addresses, tokens);

    assertThat(silent.callback(silent.start(browser)).get("error")).isEqualTo("login_required");
    assertThat(refreshed.status()).as(refreshed::summary).isEqualTo(200);
    assertThat(refreshed.json().path("scope").asText()).isEqualTo("transactions:read");
    assertThat(
            ResourceServer.API
                .introspect(addresses, refreshed.json().path("access_token").asText())
                .path("active")
                .asBoolean())
        .isTrue();
  }

  private void signOut(Browser browser) {
    Answer page = browser.open(URI.create(Addresses.KEYCLOAK.at(server, "/logout").toString()));
    Answer done =
        browser.follow(
            browser.submit(
                page.form("form:has([name=confirmLogout])").orElseThrow(),
                form -> form.with("confirmLogout", "Logout")));
    assertThat(done.status()).as(done::summary).isEqualTo(200);
  }

  @Test
  void takingBackTheConsentEndsIt() {
    JsonNode tokens = tokens();

    admin.delete(admin.userPath("demo") + "/consents/" + AuthorizationFlow.DEMO_APP);

    assertEnded(tokens);
  }

  @Test
  void disablingTheUserEndsIt() throws Throwable {
    JsonNode tokens = tokens();

    admin.withChange(
        admin.userPath("demo"), user -> user.put("enabled", false), () -> assertEnded(tokens));
  }

  @Test
  void signOutOfThePersonByAnAdminEndsIt() throws Throwable {
    try (NewPerson person = NewPerson.join(server)) {
      JsonNode tokens = authorizeAt(Addresses.PACK).as(person.person()).tokens().json();
      Thread.sleep(1100);

      admin.post(person.path() + "/logout", null);

      assertEnded(tokens);
    }
  }

  @Test
  void signOutOfTheWholeRealmEndsIt() throws Throwable {
    JsonNode tokens = tokens();
    Thread.sleep(1100);

    admin.logoutAll();

    assertEnded(tokens);
    assertThat(tokens().path("refresh_token").asText()).isNotEmpty();
  }

  /** Other grants of the same browser session and client keep its session, so the mark must. */
  @Test
  void theEndOfAGrantIsRememberedForAsLongAsTheClientsOwnAccessTokensLive() throws Throwable {
    assumeThat(server).isInstanceOf(ServerProcess.class);
    Postgres.missing().ifPresent(why -> Programs.skip("PostgreSQL " + why));
    Database database = ((ServerProcess) server).database();
    admin.withClientChange(
        AuthorizationFlow.DEMO_APP,
        client -> client.withObject("/attributes").put("access.token.lifespan", "7200"),
        () -> {
          JsonNode tokens = tokens();
          JsonNode claims = Jwt.claims(tokens.path("access_token").asText());
          String id = claims.path("jti").asText();

          DemoApp.revoke(Addresses.PACK, tokens.path("refresh_token").asText());

          assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(7200);
          assertThat(
                  database.value(
                      "select expire from revoked_token where id = 'grant:%s'"
                          .formatted(id.substring(id.lastIndexOf('.') + 1))))
              .satisfies(
                  until ->
                      assertThat(Long.parseLong(until))
                          .isGreaterThanOrEqualTo(claims.path("exp").asLong()));
        });
  }

  @Test
  void theLifetimesAreThoseOfTheContract() {
    JsonNode realm = admin.get("");

    assertThat(realm.path("accessCodeLifespan").asInt()).isEqualTo(60);
    assertThat(realm.path("accessTokenLifespan").asInt()).isEqualTo(300);
    assertThat(realm.path("offlineSessionIdleTimeout").asInt()).isEqualTo(90 * 24 * 3600);
    assertThat(realm.path("revokeRefreshToken").asBoolean()).isTrue();
    assertThat(realm.path("refreshTokenMaxReuse").asInt()).isZero();
    assertThat(tokens().path("expires_in").asInt()).isEqualTo(300);
  }

  private JsonNode tokens() {
    Answer answer = authorizeAt(Addresses.PACK).with("scope", "transactions:read").tokens();
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return answer.json();
  }

  private void assertEnded(JsonNode tokens) {
    assertError(DemoApp.refresh(Addresses.PACK, tokens), 400, "invalid_grant");
    assertThat(ResourceServer.API.introspect(Addresses.PACK, tokens.path("access_token").asText()))
        .isEqualTo(Json.object("{'active':false}"));
  }
}
