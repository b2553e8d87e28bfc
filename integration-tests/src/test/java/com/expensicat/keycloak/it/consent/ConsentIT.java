package com.expensicat.keycloak.it.consent;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.StockConsent.assertNoCode;
import static com.expensicat.keycloak.it.support.oauth.StockConsent.stockConsentAddress;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.text.ParseException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Consent, scope by scope, and the ways round it. */
class ConsentIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final String THREE = "transactions:read invoices:write banking:write";

  private Person person;
  private String user;
  private final Browser browser = new Browser();

  @BeforeEach
  void aPersonWhoHasGrantedNothing() {
    person = new Person("consent-" + UUID.randomUUID(), "secret");
    ObjectNode representation = Json.object("{'enabled':true,'firstName':'Kim'}");
    representation.put("username", person.username());
    representation
        .putArray("credentials")
        .addObject()
        .put("type", "password")
        .put("value", person.password());
    representation.putArray("realmRoles").add("default-roles-expensicat");
    user = "/users/" + ADMIN.create("/users", representation);
  }

  @AfterEach
  void thePersonGoes() {
    ADMIN.delete(user);
    ADMIN.forgetSignOuts();
  }

  @ParameterizedTest
  @EnumSource(Addresses.class)
  void whatIsUntickedIsNotGranted(Addresses addresses) throws ParseException {
    AuthorizationFlow flow = authorizeAt(addresses).as(person).with("scope", THREE);
    Answer page = flow.signIn(browser);
    assertThat(boxes(page, "")).containsExactlyInAnyOrder(THREE.split(" ", -1));
    assertThat(boxes(page, "[checked]")).containsExactlyInAnyOrder(THREE.split(" ", -1));

    JsonNode tokens = tokens(flow, accept(page, "transactions:read", "invoices:write"));

    Set<String> granted = Set.of("transactions:read", "invoices:write");
    assertThat(scopes(tokens.get("scope").asText())).isEqualTo(granted);
    String accessToken = tokens.get("access_token").asText();
    assertThat(scopes(Jwt.claims(accessToken).get("scope").asText())).isEqualTo(granted);
    JsonNode introspected = ResourceServer.API.introspect(addresses, accessToken);
    assertThat(scopes(introspected.get("scope").asText())).isEqualTo(granted);
    JsonNode refreshed = DemoApp.refresh(addresses, tokens).json();
    assertThat(scopes(refreshed.get("scope").asText())).isEqualTo(granted);
    assertThat(Json.texts(ADMIN.get(user + "/consents").at("/0/grantedClientScopes")))
        .containsAll(granted)
        .doesNotContain("banking:write");
  }

  @Test
  void aSecondVisitAsksOnlyForWhatIsNotGrantedAndShowsItUntickedIfItWasDeclined() {
    AuthorizationFlow flow = flow(THREE);
    tokens(flow, accept(flow.signIn(browser), "transactions:read"));

    AuthorizationFlow sameAgain = flow("transactions:read");
    assertThat(sameAgain.callback(sameAgain.start(browser)).find("code")).isPresent();

    AuthorizationFlow more = flow("transactions:read banking:write team:read");
    Answer page = more.start(browser);
    assertThat(boxes(page, "")).containsExactlyInAnyOrder("banking:write", "team:read");
    assertThat(boxes(page, "[checked]")).containsExactly("team:read");

    JsonNode tokens = tokens(more, accept(page, "team:read"));
    assertThat(scopes(tokens.get("scope").asText()))
        .containsExactlyInAnyOrder("transactions:read", "team:read");
  }

  @Test
  void everythingDeclinedIsAccessDenied() {
    AuthorizationFlow flow = flow(THREE);
    Parameters callback = flow.callback(accept(flow.signIn(browser)));
    assertThat(callback.get("error")).isEqualTo("access_denied");
    assertThat(callback.find("code")).isEmpty();
    assertThat(ADMIN.get(user + "/consents")).isEmpty();
  }

  @Test
  void cancelIsAccessDenied() {
    AuthorizationFlow flow = flow(THREE);
    Parameters callback = flow.callback(browser.cancel(flow.signIn(browser)));
    assertThat(callback.get("error")).isEqualTo("access_denied");
    assertThat(callback.get("state")).isEqualTo(flow.parameters().get("state"));
  }

  @Test
  void aScopeThatWasNotRequestedIsNotGrantedByPostingIt() {
    AuthorizationFlow flow = flow("transactions:read invoices:read");
    JsonNode tokens =
        tokens(flow, accept(flow.signIn(browser), "transactions:read", "team:admin", "nonsense"));
    assertThat(tokens.get("scope").asText()).isEqualTo("transactions:read");
    assertThat(Json.texts(ADMIN.get(user + "/consents").at("/0/grantedClientScopes")))
        .doesNotContain("team:admin");
  }

  @Test
  void keycloaksOwnConsentActionGivesNothing() {
    AuthorizationFlow flow = flow(THREE);
    assertNoCode(stockConsent(flow.signIn(browser)));
    assertThat(ADMIN.get(user + "/consents").toString())
        .doesNotContain("banking:write", "transactions:read");
    assertNotSignedIn();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UPDATE_PASSWORD", "UPDATE_PROFILE", "CONFIGURE_TOTP"})
  void noCodeIsGivenWhileAnActionIsPending(String action) {
    AuthorizationFlow flow = flow("transactions:read");
    tokens(flow, accept(flow.signIn(browser), "transactions:read"));
    ADMIN.logoutAll();
    ADMIN.put(user, Json.object("{'requiredActions':['" + action + "'],'firstName':'Kim'}"));

    Browser another = new Browser();
    Answer page = flow.signIn(another);
    assertThat(page.status()).isEqualTo(200);
    Answer answer =
        another.follow(another.post(stockConsentAddress(page), Parameters.of("accept", "Yes")));
    assertNoCode(answer);
    Parameters silently =
        flow.with("prompt", "none").callback(flow.with("prompt", "none").start(another));
    assertThat(silently.get("error")).isIn("login_required", "interaction_required");
  }

  @Test
  void withoutAPageNothingNewIsGranted() {
    AuthorizationFlow flow = flow("transactions:read");
    tokens(flow, accept(flow.signIn(browser), "transactions:read"));
    AuthorizationFlow silent = flow(THREE).with("prompt", "none");
    assertThat(silent.callback(silent.start(browser)).get("error"))
        .isEqualTo("interaction_required");
  }

  @ParameterizedTest
  @EnumSource(Addresses.class)
  void aCodeWhoseConsentIsTakenBackIsAnInvalidGrant(Addresses addresses) {
    AuthorizationFlow flow = authorizeAt(addresses).as(person).with("scope", "transactions:read");
    Parameters request =
        flow.tokenRequest(
            flow.callback(accept(flow.signIn(browser), "transactions:read")).get("code"));

    ADMIN.delete(user + "/consents/" + AuthorizationFlow.DEMO_APP);

    Answer answer = TokenClient.anonymous().post(addresses.token(SERVER), request);
    assertThat(answer.status()).as(answer::summary).isEqualTo(400);
    assertThat(answer.json().path("error").asText()).isEqualTo("invalid_grant");
    assertThat(answer.header("Cache-Control")).hasValue("no-store");
  }

  @Test
  void askedAnewAPersonMayTakeBackWhatWasGranted() {
    AuthorizationFlow flow = flow("transactions:read invoices:read");
    JsonNode before =
        tokens(flow, accept(flow.signIn(browser), "transactions:read", "invoices:read"));

    AuthorizationFlow anew = flow("transactions:read invoices:read").with("prompt", "consent");
    Answer page = anew.start(browser);
    assertThat(boxes(page, "")).containsExactlyInAnyOrder("transactions:read", "invoices:read");
    JsonNode after = tokens(anew, accept(page, "invoices:read"));

    assertThat(after.get("scope").asText()).isEqualTo("invoices:read");
    Answer refreshed = DemoApp.refresh(Addresses.PACK, before);
    assertThat(refreshed.status()).isEqualTo(400);
  }

  @Test
  void noCodeIsGivenWhileTheTermsAreNotAccepted() throws Throwable {
    ADMIN.withChange(
        "/authentication/required-actions/TERMS_AND_CONDITIONS",
        action -> action.put("enabled", true),
        () -> noCodeIsGivenWhileAnActionIsPending("TERMS_AND_CONDITIONS"));
  }

  @Test
  void aFormThatIsPostedAgainGrantsNothingMore() {
    AuthorizationFlow flow = flow(THREE);
    Answer page = flow.signIn(browser);
    tokens(flow, accept(page, "transactions:read"));
    assertNoCode(accept(page, "transactions:read", "banking:write"));
    assertThat(Json.texts(ADMIN.get(user + "/consents").at("/0/grantedClientScopes")))
        .doesNotContain("banking:write");
  }

  @Test
  void anotherTabGrantsNothingToThisOne() {
    AuthorizationFlow wide = flow("banking:write team:admin");
    AuthorizationFlow narrow = flow("transactions:read");
    Answer first = wide.signIn(browser);
    Answer second = narrow.signIn(browser);

    JsonNode tokens = tokens(narrow, accept(second, "transactions:read", "banking:write"));
    assertThat(tokens.get("scope").asText()).isEqualTo("transactions:read");
    assertNoCode(stockConsent(first));
    assertThat(Json.texts(ADMIN.get(user + "/consents").at("/0/grantedClientScopes")))
        .doesNotContain("banking:write", "team:admin");
  }

  @Test
  void aSessionWithAWiderGrantGivesALaterRequestNoMoreThanItAsksFor() {
    AuthorizationFlow wide = flow("transactions:read banking:write");
    tokens(wide, accept(wide.signIn(browser), "transactions:read", "banking:write"));
    AuthorizationFlow narrow = flow("transactions:read team:admin");
    Answer page = narrow.start(browser);
    assertThat(boxes(page, "")).containsExactly("team:admin");
    JsonNode tokens = tokens(narrow, accept(page));
    assertThat(tokens.get("scope").asText()).isEqualTo("transactions:read");
    assertThat(DemoApp.refresh(Addresses.PACK, tokens).json().get("scope").asText())
        .isEqualTo("transactions:read");
  }

  @Test
  void anAdminCanMakeAScopeRequiredOrSwitchPartialConsentOff() throws Throwable {
    ADMIN.withClientChange(
        AuthorizationFlow.DEMO_APP,
        client -> client.withObject("/attributes").put("expensicat.required-scopes", "team:read"),
        () -> {
          AuthorizationFlow flow = flow("team:read invoices:read");
          Answer page = flow.signIn(browser);
          assertThat(boxes(page, "")).containsExactly("invoices:read");
          assertThat(tokens(flow, accept(page)).get("scope").asText()).isEqualTo("team:read");
        });
    ADMIN.withClientChange(
        AuthorizationFlow.DEMO_APP,
        client -> client.withObject("/attributes").put("expensicat.partial-consent", "false"),
        () -> {
          AuthorizationFlow flow = flow(THREE).with("prompt", "consent");
          Answer page = flow.start(browser);
          assertThat(boxes(page, "")).isEmpty();
          JsonNode tokens = tokens(flow, browser.follow(browser.accept(page)));
          assertThat(scopes(tokens.get("scope").asText())).isEqualTo(scopes(THREE));
        });
  }

  @Test
  void thePageSaysWhoAsksForWhatAndWhereItLeads() {
    String text = flow(THREE).signIn(browser).document().text();
    assertThat(text)
        .contains(
            "Expensicat Demo App", "Read", "Change", "Bank accounts", "Far-reaching", "90 days");
  }

  @ParameterizedTest
  @ValueSource(strings = {"keycloak.v2", "keycloak", "base"})
  void anyLoginThemeOfTheRealmAsksScopeByScope(String theme) throws Throwable {
    ADMIN.withRealmChange(
        realm -> realm.put("loginTheme", theme),
        () -> {
          AuthorizationFlow flow = flow(THREE);
          Answer page = flow.signIn(browser);
          assertThat(boxes(page, "[checked]")).containsExactlyInAnyOrder(THREE.split(" ", -1));
          assertThat(page.document().text())
              .contains("Expensicat Demo App asks for access", "Allow", "Deny");
          JsonNode tokens = tokens(flow, accept(page, "invoices:write"));
          assertThat(tokens.get("scope").asText()).isEqualTo("invoices:write");

          AuthorizationFlow more = flow("team:read");
          assertThat(more.callback(browser.cancel(more.start(browser))).get("error"))
              .isEqualTo("access_denied");
        });
  }

  private AuthorizationFlow flow(String scope) {
    return authorizeAt(Addresses.PACK).as(person).with("scope", scope);
  }

  private Answer accept(Answer page, String... ticked) {
    return browser.follow(
        browser.consent(
            page,
            data -> {
              Parameters form = data.without("scope").with("accept", "Yes");
              for (String scope : ticked) {
                form = form.and("scope", scope);
              }
              return form;
            }));
  }

  private static JsonNode tokens(AuthorizationFlow flow, Answer answer) {
    Parameters request = flow.tokenRequest(flow.callback(answer).get("code"));
    return TokenClient.anonymous().post(flow.addresses().token(SERVER), request).json();
  }

  private static List<String> boxes(Answer page, String state) {
    return page.document().select("input[type=checkbox][name=scope]" + state).eachAttr("value");
  }

  private Answer stockConsent(Answer page) {
    return browser.follow(browser.post(stockConsentAddress(page), Parameters.of("accept", "Yes")));
  }

  private void assertNotSignedIn() {
    AuthorizationFlow silent = flow("transactions:read").with("prompt", "none");
    assertThat(silent.callback(silent.start(browser)).get("error")).isEqualTo("login_required");
  }

  private static Set<String> scopes(String scope) {
    return Set.of(scope.split(" ", -1));
  }
}
