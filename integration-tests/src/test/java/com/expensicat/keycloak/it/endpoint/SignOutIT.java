package com.expensicat.keycloak.it.endpoint;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.attack.Attack;
import com.expensicat.keycloak.it.attack.AttackTest;
import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where people are sent after a sign-out (OpenID Connect RP-Initiated Logout 1.0). */
class SignOutIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final URI LOGOUT =
      URI.create(SERVER.realmUrl() + "/protocol/openid-connect/logout");
  private static final String APP = "leaving-app";
  private static final String CALLBACK = "https://app.example/callback";

  private final Browser browser = new Browser();
  private NewPerson person;

  @BeforeEach
  void somebodyComes() {
    person = NewPerson.join();
    ADMIN.createClient(
        Json.object(
            "{'clientId':'leaving-app','publicClient':true,'redirectUris':['"
                + CALLBACK
                + "','https://app.example/*','http://127.0.0.1:4000/done']}"));
  }

  @AfterEach
  void allIsCleared() {
    ADMIN.deleteClient(APP);
    person.close();
  }

  private static void registered(String addresses) {
    ADMIN.updateClient(
        APP,
        client -> client.withObject("/attributes").put("post.logout.redirect.uris", addresses));
  }

  private String idToken() {
    return authorizeAt(Addresses.PACK)
        .as(person.person())
        .with("client_id", APP)
        .with("redirect_uri", CALLBACK)
        .with("scope", "openid")
        .tokens(browser, BodyKind.FORM)
        .json()
        .path("id_token")
        .asText();
  }

  /**
   * The same request in the three ways in which a client names itself and its wish, by GET and
   * POST.
   */
  private Stream<Answer> signOuts(String address) {
    Parameters wish = Parameters.of("post_logout_redirect_uri", address, "state", "s");
    return Stream.of(
            wish.with("client_id", APP),
            wish.with("id_token_hint", idToken()),
            wish.with("client_id", APP).with("id_token_hint", idToken()))
        .flatMap(
            request ->
                Stream.of(
                    browser.open(URI.create(LOGOUT + "?" + request.encoded())),
                    browser.follow(browser.post(LOGOUT, request))));
  }

  private void assertNobodyIsSentTo(String address) {
    assertThat(signOuts(address))
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).as(answer::summary).isEqualTo(400);
              assertThat(answer.header("Content-Type").orElseThrow()).startsWith("text/html");
              assertThat(answer.location()).isEmpty();
              assertThat(answer.document().select("[href*=example], form")).isEmpty();
            });
    AuthorizationFlow silent =
        authorizeAt(Addresses.PACK)
            .with("client_id", APP)
            .with("redirect_uri", CALLBACK)
            .with("scope", "openid")
            .with("prompt", "none");
    assertThat(silent.callback(silent.start(browser)).find("code"))
        .as("a refusal signs nobody out")
        .isPresent();
  }

  private void assertSentTo(String address) {
    Parameters request =
        Parameters.of("post_logout_redirect_uri", address, "state", "s")
            .with("id_token_hint", idToken());
    Answer answer = browser.open(URI.create(LOGOUT + "?" + request.encoded()));
    assertThat(answer.location()).as(answer::summary).hasValue(URI.create(address + "?state=s"));

    idToken();
    Answer page = browser.post(LOGOUT, request.without("id_token_hint").with("client_id", APP));
    Answer confirmed =
        browser.follow(
            browser.submit(
                page.form("form:has([name=confirmLogout])").orElseThrow(),
                form -> form.with("confirmLogout", "Yes")));
    assertThat(confirmed.location())
        .as(confirmed::summary)
        .hasValue(URI.create(address + "?state=s"));
  }

  @AttackTest("W26")
  void aWildcardAmongTheRedirectsSendsNobodyAnywhere(Attack attack) {
    for (String unset : List.of("", "+")) {
      registered(unset);
      for (String address :
          List.of(
              "https://app.example/elsewhere", "https://app.example/*", "https://app.example/")) {
        assertNobodyIsSentTo(address);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://left.example/*",
        "*",
        "https://left.example/bye##*",
        "https://left.example/bye*",
        "https://left.example/bye",
        "-"
      })
  void aWildcardAmongTheAddressesAfterSignOutSendsNobodyAnywhere(String addresses) {
    registered(addresses);

    for (String address :
        List.of(
            "https://left.example/bye/evil",
            "https://left.example/bye?to=https://evil.example",
            "https://evil.example/")) {
      assertNobodyIsSentTo(address);
    }
  }

  @Test
  void aRegisteredAddressIsTaken() {
    registered("https://left.example/bye##https://left.example/*");
    assertSentTo("https://left.example/bye");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "+"})
  void theRedirectAddressesStandForThoseAfterSignOut(String addresses) {
    registered(addresses);
    assertSentTo(CALLBACK);
    assertSentTo("http://127.0.0.1:4321/done");
    assertNobodyIsSentTo("http://127.0.0.1:4321/done/evil");
  }

  @Test
  void aLoopbackAddressOfAPublicClientMatchesOnAnyPort() {
    registered("http://127.0.0.1:4000/bye##http://localhost/bye");
    assertSentTo("http://127.0.0.1:4000/bye");
    assertSentTo("http://127.0.0.1:4321/bye");
    assertSentTo("http://localhost:4321/bye");
    assertNobodyIsSentTo("http://[::1]:4000/bye");
    assertNobodyIsSentTo("http://127.0.0.1.evil.example:4000/bye");

    change(client -> client.put("publicClient", false).put("secret", "s"));
    Answer answer =
        browser.open(
            URI.create(
                LOGOUT
                    + "?"
                    + Parameters.of(
                            "client_id",
                            APP,
                            "post_logout_redirect_uri",
                            "http://127.0.0.1:4321/bye")
                        .encoded()));
    assertThat(answer.status()).as(answer::summary).isEqualTo(400);
  }

  private static void change(Consumer<ObjectNode> change) {
    ADMIN.updateClient(APP, change);
  }

  @Test
  void theConsolesStillSignOut() {
    Browser console = new Browser();
    Parameters request =
        Parameters.of(
            "client_id",
            "account-console",
            "post_logout_redirect_uri",
            SERVER.realmUrl() + "/account/");
    Answer answer = console.open(URI.create(LOGOUT + "?" + request.encoded()));
    assertThat(answer.status()).as(answer::summary).isLessThan(400);
  }
}
