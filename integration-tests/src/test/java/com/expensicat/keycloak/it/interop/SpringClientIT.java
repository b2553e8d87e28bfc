package com.expensicat.keycloak.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Look;
import com.expensicat.keycloak.it.support.browser.Window;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.BootJar;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Response;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Spring Security, as a client in a real browser and as a resource server: what its reference
 * manual says, and no more, is enough for it.
 */
@Tag("interop")
class SpringClientIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final String CLIENT_ID = "spring";

  /** Spring Security's own, with the name of the registration. */
  private static final String CALLBACK = "/login/oauth2/code/expensicat";

  private static final String TEST =
      "SpringClientIT#aPersonSignsInAndTheApplicationRefreshesAndRevokesItsTokens";

  private static final ClientTable.Notes NOTES =
      new ClientTable.Notes(
          "Spring Security",
          "client and resource server, in Spring Boot",
          "`none`",
          "`client-authentication-method: none`, scopes; PKCE it does by itself. As a resource server"
              + " `audiences`, and a `JwtTypeValidator` for `at+jwt`. It has no revoke: the"
              + " application sends the refresh token to the `revocation_endpoint`",
          "metadata, login with PKCE, refresh, API call; revoke by the application around it",
          true);

  private static BootJar spring;

  @BeforeAll
  static void start() throws InterruptedException {
    ObjectNode client = Json.object("{'publicClient':true,'name':'Spring'}");
    client.put("clientId", CLIENT_ID);
    client.putArray("redirectUris").add("http://127.0.0.1" + CALLBACK);
    SERVER.admin().createClient(client);
    spring =
        BootJar.start(
            Artifacts.SPRING_CLIENT, Map.of("CLIENT_ID", CLIENT_ID, "ISSUER", SERVER.realmUrl()));
  }

  @AfterAll
  static void stop() {
    if (spring != null) {
      spring.close();
    }
    SERVER.admin().deleteClient(CLIENT_ID);
  }

  @Test
  void aPersonSignsInAndTheApplicationRefreshesAndRevokesItsTokens() throws Exception {
    try (NewPerson kim = NewPerson.join();
        Window window = Window.open(Look.LIGHT)) {
      signIn(window, kim.person());

      JsonNode home = get(window, "/");
      assertThat(home.path("subject").asText()).isEqualTo(idOf(kim));
      assertThat(home.path("scopes"))
          .extracting(JsonNode::asText)
          .containsExactlyInAnyOrder("openid", "transactions:read");
      assertThat(get(window, "/metadata").path("token_endpoint").asText())
          .isEqualTo(Addresses.PACK.token(SERVER).toString());

      assertThat(get(window, "/refresh").path("error").isNull()).isTrue();

      String refreshed = get(window, "/").path("accessToken").asText();
      assertThat(refreshed).isNotEqualTo(home.path("accessToken").asText());
      assertThat(isActive(refreshed)).isTrue();

      assertThat(get(window, "/revoke").path("error").isNull()).isTrue();

      assertThat(get(window, "/refresh").path("error").asText()).isEqualTo("invalid_grant");
      assertThat(isActive(refreshed)).isFalse();
      ClientTable.finished(NOTES, home.path("version").asText(), TEST);
    }
  }

  @Test
  void itsApiTakesAccessTokensForTheApiAndTheScope() {
    Answer taken = api(accessToken("transactions:read"));
    assertThat(taken.status()).as(taken::summary).isEqualTo(200);
    assertThat(taken.json().path("client").asText()).isEqualTo(AuthorizationFlow.DEMO_APP);

    Answer otherScope = api(accessToken("invoices:read"));
    assertThat(otherScope.status()).as(otherScope::summary).isEqualTo(403);
    assertThat(otherScope.header("WWW-Authenticate").orElseThrow()).contains("insufficient_scope");

    JsonNode tokens = tokens("openid transactions:read");
    for (String wrong :
        List.of(
            accessToken("openid"),
            tokens.path("id_token").asText(),
            tokens.path("refresh_token").asText(),
            tokens.path("access_token").asText() + "x",
            "garbage")) {
      Answer refused = api(wrong);
      assertThat(refused.status()).as(refused::summary).isEqualTo(401);
      assertThat(refused.header("WWW-Authenticate").orElseThrow()).contains("invalid_token");
    }
    assertThat(TokenClient.anonymous().get(spring.at("/api/transactions")).status()).isEqualTo(401);
  }

  /** It looks at the signature alone, so a token that was revoked is good until it expires. */
  @Test
  void itsApiDoesNotHearOfARevocation() {
    JsonNode tokens = tokens("transactions:read");
    String accessToken = tokens.path("access_token").asText();

    DemoApp.revoke(Addresses.PACK, tokens.path("refresh_token").asText());

    assertThat(isActive(accessToken)).isFalse();
    assertThat(api(accessToken).status()).isEqualTo(200);
  }

  @Test
  void withoutConsentTheApplicationIsToldSo() {
    try (NewPerson kim = NewPerson.join();
        Window window = Window.open(Look.LIGHT)) {
      open(window, kim.person());
      window.page().click("[name=cancel]");

      window.page().waitForURL(url -> url.equals(spring.at("/login?error").toString()));
      assertThat(callback(window).get("error")).isEqualTo("access_denied");
    }
  }

  private static void open(Window window, Person person) {
    window.page().navigate(spring.at("/").toString());
    window.signIn(person);
    window.page().waitForSelector("[name=accept]");
  }

  private static void signIn(Window window, Person person) {
    open(window, person);
    Parameters request = authorizationRequest(window);
    assertThat(request.get("code_challenge_method")).isEqualTo("S256");
    assertThat(request.get("redirect_uri")).isEqualTo(spring.at(CALLBACK).toString());
    window.page().click("[name=accept]");
    window.page().waitForURL(url -> url.startsWith(spring.at("/").toString()));
  }

  /** What Spring sent the browser to the authorization endpoint with. */
  private static Parameters authorizationRequest(Window window) {
    return query(window, Addresses.PACK.authorize(SERVER));
  }

  /** What the browser came back with. */
  private static Parameters callback(Window window) {
    return query(window, spring.at(CALLBACK));
  }

  private static Parameters query(Window window, URI address) {
    return Parameters.decode(
        window.answers().stream()
            .map(Response::url)
            .filter(url -> url.startsWith(address.toString()))
            .map(url -> URI.create(url).getRawQuery())
            .findFirst()
            .orElseThrow());
  }

  /** A page of the application, by the window's own session. */
  private static JsonNode get(Window window, String path) {
    Response answer = Objects.requireNonNull(window.page().navigate(spring.at(path).toString()));
    assertThat(answer.status()).as(answer::text).isEqualTo(200);
    return Json.read(answer.text()).orElseThrow();
  }

  private static String idOf(NewPerson person) {
    return SERVER.admin().user(person.person().username()).path("id").asText();
  }

  private static JsonNode tokens(String scope) {
    return AuthorizationFlow.authorizeAt(Addresses.PACK).with("scope", scope).tokens().json();
  }

  private static String accessToken(String scope) {
    return tokens(scope).path("access_token").asText();
  }

  private static boolean isActive(String accessToken) {
    return ResourceServer.API.introspect(Addresses.PACK, accessToken).path("active").asBoolean();
  }

  private static Answer api(String token) {
    return TokenClient.bearer(token).get(spring.at("/api/transactions"));
  }
}
