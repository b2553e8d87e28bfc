package com.expensicat.keycloak.it.consent;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static com.expensicat.keycloak.it.support.oauth.StockConsent.assertNoCode;
import static com.expensicat.keycloak.it.support.oauth.StockConsent.stockConsentAddress;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.attack.Attack;
import com.expensicat.keycloak.it.attack.AttackTest;
import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Actions that a link asks for ({@code kc_action}), and what a refusal ends. */
class InitiatedActionIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final String CONSENT = "expensicat-consent";

  private final Browser browser = new Browser();
  private NewPerson person;

  @BeforeEach
  void somebodyComes() {
    person = NewPerson.join();
  }

  @AfterEach
  void andGoes() {
    person.close();
  }

  private AuthorizationFlow flow(Addresses addresses, String scope) {
    return authorizeAt(addresses).as(person.person()).with("scope", scope);
  }

  private void assertStillSignedIn() {
    AuthorizationFlow silent = flow(Addresses.PACK, "transactions:read").with("prompt", "none");
    Parameters callback = silent.callback(silent.start(browser));
    assertThat(callback.find("code")).as(callback.encoded()).isPresent();
  }

  private static List<String> boxes(Answer page) {
    return page.document().select("input[type=checkbox][name=scope]").eachAttr("value");
  }

  private void require(String action) {
    ADMIN.put(person.path(), Json.object("{'requiredActions':[" + action + "],'firstName':'Kim'}"));
  }

  @AttackTest("W27")
  void aLinkSignsNobodyOut(Attack attack) {
    flow(attack.addresses(), "transactions:read").callback(browser);
    AuthorizationFlow link =
        flow(attack.addresses(), "transactions:read team:admin").with("kc_action", CONSENT);

    Answer page = link.start(browser);

    assertThat(boxes(page)).containsExactly("team:admin");
    assertThat(link.callback(browser.follow(browser.cancel(page))).get("error"))
        .isEqualTo("access_denied");
    assertStillSignedIn();
  }

  @ParameterizedTest
  @EnumSource
  void theFirstConsentIsAskedForOnThePageThatIsMeantForIt(Addresses addresses) {
    AuthorizationFlow link =
        flow(addresses, "transactions:read team:admin").with("kc_action", CONSENT);

    Answer page = link.signIn(browser);

    assertThat(boxes(page)).containsExactlyInAnyOrder("transactions:read", "team:admin");
    Parameters callback =
        link.callback(
            browser.follow(
                browser.consent(
                    page, form -> form.without("scope", "team:admin").with("accept", "Yes"))));
    Answer tokens =
        TokenClient.anonymous()
            .post(addresses.token(SERVER), link.tokenRequest(callback.get("code")));
    assertThat(tokens.json().path("scope").asText()).isEqualTo("transactions:read");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CONSENT,
        CONSENT + ":x",
        "EXPENSICAT-CONSENT",
        "TERMS_AND_CONDITIONS",
        "VERIFY_PROFILE",
        "nobody-knows-it"
      })
  void anActionThatNoApplicationCanBeginChangesNothing(String action) {
    for (Addresses addresses : Addresses.values()) {
      flow(addresses, "transactions:read").callback(browser);
      AuthorizationFlow link = flow(addresses, "transactions:read").with("kc_action", action);

      assertThat(link.callback(link.start(browser)).find("code")).isPresent();
      AuthorizationFlow silent = link.with("prompt", "none");
      assertThat(silent.callback(silent.start(browser)).find("code")).isPresent();
      assertThat(link.with("prompt", "login").start(browser).form(Browser.LOGIN_FORM)).isPresent();
      assertThat(boxes(link.with("prompt", "consent").start(browser)))
          .containsExactly("transactions:read");
      assertStillSignedIn();
    }
  }

  @Test
  void anActionThatIsPendingIsNotLeftOutBecauseALinkNamesIt() throws Throwable {
    ADMIN.withChange(
        "/authentication/required-actions/TERMS_AND_CONDITIONS",
        action -> action.put("enabled", true),
        () -> {
          flow(Addresses.PACK, "transactions:read").callback(browser);
          require("'TERMS_AND_CONDITIONS'");
          AuthorizationFlow link =
              flow(Addresses.PACK, "transactions:read").with("kc_action", "TERMS_AND_CONDITIONS");

          Answer page = link.start(browser);

          assertThat(page.form("form:has([name=accept])")).as(page::summary).isPresent();
          assertThat(page.document().text()).contains("Terms and Conditions");
          require("");
          assertStillSignedIn();
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"UPDATE_PASSWORD", "UPDATE_PROFILE"})
  void aRefusalEndsTheLoginAndNotTheSessionThatWasThereBefore(String action) {
    flow(Addresses.PACK, "transactions:read").callback(browser);
    require("'" + action + "'");
    AuthorizationFlow again = flow(Addresses.PACK, "transactions:read");
    Answer page = again.start(browser);

    Answer refused =
        browser.follow(browser.post(stockConsentAddress(page), Parameters.of("accept", "Yes")));

    assertNoCode(refused);
    assertThat(again.callback(refused).get("error")).isEqualTo("access_denied");
    require("");
    assertStillSignedIn();
  }

  @Test
  void aRefusalOfAnotherApplicationLeavesItNothing() throws Throwable {
    flow(Addresses.PACK, "transactions:read").callback(browser);
    String redirectUri = "https://other.example/cb";
    ADMIN.withClient(
        Json.object(
            "{'clientId':'refused-app','publicClient':true,'redirectUris':['"
                + redirectUri
                + "']}"),
        () -> {
          require("'UPDATE_PASSWORD'");
          AuthorizationFlow other =
              flow(Addresses.PACK, "transactions:read")
                  .with("client_id", "refused-app")
                  .with("redirect_uri", redirectUri);
          Answer page = other.start(browser);

          Answer refused =
              browser.follow(
                  browser.post(stockConsentAddress(page), Parameters.of("accept", "Yes")));

          assertThat(other.callback(refused).get("error")).isEqualTo("access_denied");
          assertNoCode(refused);
          require("");
          assertThat(ADMIN.get(person.path() + "/sessions").toString())
              .contains(AuthorizationFlow.DEMO_APP)
              .doesNotContain("refused-app");
          assertStillSignedIn();
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {":", "::", "UPDATE_PASSWORD:", "x::"})
  void anActionWithNothingBehindItsColonIsToldTheClient(String action) {
    for (Addresses addresses : Addresses.values()) {
      AuthorizationFlow flow = flow(addresses, "transactions:read").with("kc_action", action);
      Parameters callback = flow.callback(flow.start(new Browser()));
      assertThat(callback.get("error")).isEqualTo("invalid_request");
      assertThat(callback.get("state")).isEqualTo(flow.parameters().get("state"));
      Answer pushed = TokenClient.anonymous().post(addresses.par(SERVER), flow.parameters());
      assertError(pushed, 400, "invalid_request");
    }
  }
}
