package com.expensicat.keycloak.it.server;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.browser.Look;
import com.expensicat.keycloak.it.support.browser.Window;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.OwnServers;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The server's options, and the other way to start it. */
@Tag("slow")
@OwnServers
class ServerOptionsIT {

  @Test
  void aServerWithoutTheRealmStartsAndSaysSoInJson() {
    try (ServerProcess server =
        KeycloakServer.start(
            ServerSettings.standard()
                .withRuntimeOptions("--spi-expensicat--realm--name=elsewhere")
                .withoutDemoOverlay())) {
      for (String path : List.of("/authorize?client_id=x", "/jwks", "/scopes", "/userinfo")) {
        assertError(
            TokenClient.anonymous().get(URI.create(server.packUrl() + path)), 404, "not_found");
      }
      assertError(
          TokenClient.anonymous()
              .post(
                  Addresses.PACK.token(server),
                  BodyKind.JSON,
                  Parameters.of("grant_type", "refresh_token")),
          404,
          "not_found");

      server.admin().createRealm(Json.object("{'realm':'elsewhere','enabled':true}"));

      assertThat(TokenClient.anonymous().get(Addresses.PACK.jwks(server)).status()).isEqualTo(200);
      assertThat(server.admin().in("elsewhere").clientScope("team:admin").path("protocolMappers"))
          .hasSize(1);
    }
  }

  @Test
  void theFloorIsSwitchedOffOnlyByAnOptionThatWarnsAtEveryStart() {
    String warning = "The floor is switched off";
    try (ServerProcess server =
        KeycloakServer.start(
            ServerSettings.standard()
                .withRuntimeOptions(
                    "--spi-client-policy-manager--expensicat-floor--enforce=false",
                    "--spi-expensicat--realm--api-address=https://api.example"))) {
      assertThat(server.log()).containsOnlyOnce(warning);
      assertAnEmptyPathHasTwoForms(server);
      server
          .admin()
          .createClient(
              Json.object(
                  "{'clientId':'wild','publicClient':true,"
                      + "'redirectUris':['https://app.example/*']}"));
      Answer page =
          authorizeAt(Addresses.PACK, server)
              .with("client_id", "wild")
              .with("redirect_uri", "https://app.example/any")
              .start(new Browser());
      assertThat(page.form(Browser.LOGIN_FORM)).as(page::summary).isPresent();

      server.restart();

      assertThat(server.log().split(warning, -1)).hasSize(3);
    }
  }

  @Test
  void aBuildWithoutTheFloorOrAnotherProviderOfThePackIsWarnedOfAsWell() {
    List<String> off =
        List.of(
            "client-policy-manager",
            "identity-provider-storage",
            "eventsListener/expensicat-endings");
    try (ServerProcess server =
        KeycloakServer.start(
            ServerSettings.standard()
                .withBuildOptions(
                    "--spi-client-policy-manager--expensicat-floor--enabled=false",
                    "--spi-events-listener--expensicat-endings--enabled=false",
                    "--spi-identity-provider-storage--expensicat-listed--enabled=false"))) {
      assertThat(server.log()).doesNotContain("The floor is switched off");
      off.forEach(
          provider ->
              assertThat(server.log())
                  .containsOnlyOnce("The pack's provider " + provider + " is not in effect"));
      assertThat(server.admin().get("/expensicat/server"))
          .isEqualTo(
              Json.object(
                  "{'notInEffect':['%s'],'builtForThisKeycloak':true}"
                      .formatted(String.join("','", off))));
      Answer tokens =
          authorizeAt(Addresses.PACK, server).with("scope", "transactions:read").tokens();
      assertThat(tokens.status()).as(tokens::summary).isEqualTo(200);
      assertAdminPageNames(server, off);
    }
  }

  private static void assertAdminPageNames(ServerProcess server, List<String> off) {
    server.admin().in("master").put("", Map.of("adminTheme", "expensicat"));
    try (Window window = Window.open(Look.LIGHT)) {
      window.page().navigate(server.baseUrl() + "/admin/master/console/#/expensicat/expensicat");
      window.signIn(ServerProcess.ADMIN);
      PlaywrightAssertions.assertThat(window.page().locator("#expensicat-admin-page"))
          .containsText(String.join(", ", off));
      assertThat(window.complaints()).isEmpty();
    }
  }

  @Test
  void anIssuerThatCannotBeImportedIsNamedByItsField() {
    String output =
        ServerProcess.failToStart(
            ServerSettings.standard()
                .withoutRealm()
                .withRuntimeOptions("--import-realm")
                .withConfFile(
                    "../data/import/expensicat-realm.json",
                    "{\"realm\":\"expensicat\",\"enabled\":true,\"identityProviders\":[{\"alias\":\"web\","
                        + "\"providerId\":\"expensicat-session-jwt\","
                        + "\"config\":{\"issuer\":\"https://app.example\",\"jwksUrl\":\"http://keys.example/jwks\"}}]}"));

    assertThat(output).contains("jwksUrl: must be https");
  }

  private static Answer metadata(KeycloakServer server) {
    return TokenClient.anonymous()
        .get(URI.create(server.baseUrl() + "/.well-known/oauth-protected-resource"));
  }

  private static void assertAnEmptyPathHasTwoForms(KeycloakServer server) {
    assertThat(metadata(server).json().path("resource").asText()).isEqualTo("https://api.example");
    Parameters request = authorizeAt(Addresses.PACK, server).tokenRequest("any");
    URI token = Addresses.PACK.token(server);
    for (String resource : List.of("https://api.example", "https://api.example/")) {
      assertError(
          TokenClient.anonymous().post(token, request.and("resource", resource)),
          400,
          "invalid_grant");
    }
    assertError(
        TokenClient.anonymous().post(token, request.and("resource", "https://api.example//")),
        400,
        "invalid_target");
  }

  /** Where no address of the API is set, no client gets a token by naming one. */
  private static void assertNoResourceIsKnown(Addresses addresses, KeycloakServer server) {
    assertThat(metadata(server).status()).isEqualTo(404);
    assertThat(Gateway.check(server, "nonsense").header("WWW-Authenticate").orElseThrow())
        .doesNotContain("resource_metadata");
    AuthorizationFlow flow =
        authorizeAt(addresses, server).with("resource", KeycloakServer.API_ADDRESS);
    assertThat(flow.callback(flow.start(new Browser())).get("error")).isEqualTo("invalid_target");
    assertError(
        TokenClient.anonymous().post(addresses.par(server), flow.parameters()),
        400,
        "invalid_target");
    assertError(
        TokenClient.anonymous()
            .post(
                addresses.token(server),
                flow.tokenRequest("any").and("resource", KeycloakServer.API_ADDRESS)),
        400,
        "invalid_target");
  }

  @Test
  void theGuidesFlowWorksInDevelopmentModeToo() {
    try (ServerProcess server =
        KeycloakServer.start(
            ServerSettings.standard()
                .inDevMode()
                .withRuntimeOptions(
                    "--spi-expensicat--realm--request-parameters=tenant,client_secret"))) {
      for (Addresses addresses : Addresses.values()) {
        Answer tokens = authorizeAt(addresses, server).with("scope", "transactions:read").tokens();
        assertThat(tokens.status()).as(tokens::summary).isEqualTo(200);
        Answer refused = TokenClient.anonymous().send("GET", addresses.token(server));
        assertThat(refused.status()).isEqualTo(405);
        assertNoResourceIsKnown(addresses, server);
        assertNamedParametersAreKept(addresses, server);
      }
    }
  }

  /** What was pushed and kept may stand beside the request with the same value. */
  private static void assertNamedParametersAreKept(Addresses addresses, KeycloakServer server) {
    AuthorizationFlow flow =
        authorizeAt(addresses, server)
            .with("tenant", "a")
            .with("other", "a")
            .with("client_secret", "a");
    AuthorizationFlow pushed = flow.pushed(TokenClient.anonymous());

    Answer page = pushed.with("tenant", "a").start(new Browser());
    assertThat(page.form(Browser.LOGIN_FORM)).as(page::summary).isPresent();
    for (String name : List.of("other", "client_secret")) {
      Answer answer = pushed.with(name, "a").start(new Browser());
      assertThat(flow.callback(answer).get("error")).isEqualTo("invalid_request");
    }
  }
}
