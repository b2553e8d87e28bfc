package com.expensicat.keycloak.it.page;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Look;
import com.expensicat.keycloak.it.support.browser.Window;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.LoadState;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The pages on the way in and out, in a real browser: each is accessible in both colour schemes,
 * fits every window, breaks no rule of its Content-Security-Policy, and loads nothing from
 * elsewhere and not much from here.
 */
class PagesIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final String ALL_KINDS =
      "transactions:read transactions:write invoices:write banking:write team:admin email";

  /** Bytes of a page with all that it loads, unpacked. */
  private static final int HEAVIEST = 100 * 1024;

  private final NewPerson kim = NewPerson.join();
  private final AuthorizationFlow flow = authorizeAt(Addresses.PACK).as(kim.person());
  private Window window;

  @BeforeEach
  void aWindowOpens() {
    window = Window.open(Look.LIGHT);
  }

  @AfterEach
  void itIsClosedAgain() {
    if (window != null) {
      window.close();
    }
    kim.close();
  }

  @Test
  void theLoginPage() {
    open(flow);
    assertGood("[name=password]");
    window.signIn(new Person(kim.person().username(), "wrong"));
    assertGood("#input-error-username");
  }

  @Test
  void theConsentPage() {
    window.signIn(flow.with("scope", ALL_KINDS));
    assertGood("[name=accept]");
  }

  @Test
  @Tag("slow")
  void theConsentPageOfAllOrNothing() throws Throwable {
    ADMIN.withClientChange(
        AuthorizationFlow.DEMO_APP,
        client -> client.withObject("/attributes").put("expensicat.partial-consent", "false"),
        () -> {
          window.signIn(flow.with("scope", ALL_KINDS));
          assertGood("[name=accept]");
        });
  }

  @Test
  void theErrorPage() {
    open(flow.with("client_id", "nobody"));
    assertGood("#kc-error-message");
  }

  @Test
  void thePageThatIsNotThere() {
    window.page().navigate(SERVER.realmUrl() + "/nothing");
    assertGood("#kc-error-message");
    assertThat(window.page().title()).isEqualTo("We are sorry...");
  }

  @Test
  @Tag("slow")
  void registration() throws Throwable {
    ADMIN.withRealmChange(
        realm -> realm.put("registrationAllowed", true),
        () -> {
          open(flow);
          window.page().click("#kc-registration a");
          assertGood("#kc-register-form");
          window.page().click("#kc-register-form [type=submit]");
          assertGood("#input-error-password");
        });
  }

  @Test
  @Tag("slow")
  void theForgottenPassword() throws Throwable {
    ADMIN.withRealmChange(
        realm -> realm.put("resetPasswordAllowed", true),
        () -> {
          open(flow);
          window.page().click("text=Forgot Password?");
          assertGood("#kc-reset-password-form");
        });
  }

  @ParameterizedTest
  @Tag("slow")
  @ValueSource(
      strings = {
        "UPDATE_PASSWORD #kc-passwd-update-form",
        "UPDATE_PROFILE #kc-update-profile-form",
        "CONFIGURE_TOTP #kc-totp-settings-form",
        "CONFIGURE_RECOVERY_AUTHN_CODES #kc-recovery-codes-settings-form",
      })
  void whatIsToBeDoneFirst(String actionAndForm) {
    String[] parts = actionAndForm.split(" ", 2);
    require(parts[0]);
    window.signIn(flow);
    assertGood(parts[1]);
  }

  @Test
  @Tag("slow")
  void theOneTimeCodeOfOneOfTwoDevices() {
    try (NewPerson holder =
        NewPerson.join(
            user ->
                user.withArray("credentials")
                    .add(oneTimeCodes("telephone"))
                    .add(oneTimeCodes("tablet")))) {
      window.signIn(flow.as(holder.person()));
      assertGood("[name=otp]");
      window.page().check("text=tablet");
      window.page().fill("[name=otp]", "000000");
      window.page().click("#kc-login");
      assertGood("#input-error-otp");
    }
  }

  private static ObjectNode oneTimeCodes(String device) {
    ObjectNode credential = Json.object("{'type':'otp'}");
    return credential
        .put("userLabel", device)
        .put("secretData", Json.object("{'value':'secret'}").toString())
        .put(
            "credentialData",
            Json.object("{'subType':'totp','digits':6,'period':30,'algorithm':'HmacSHA1'}")
                .toString());
  }

  @Test
  @Tag("slow")
  void theTerms() throws Throwable {
    ADMIN.withChange(
        "/authentication/required-actions/TERMS_AND_CONDITIONS",
        action -> action.put("enabled", true),
        () -> {
          require("TERMS_AND_CONDITIONS");
          window.signIn(flow);
          assertGood("#kc-accept");
        });
  }

  @Test
  @Tag("slow")
  void signOut() {
    window.signIn(flow.with("scope", "openid"));
    window.page().navigate(SERVER.realmUrl() + "/protocol/openid-connect/logout");
    assertGood("#kc-logout");
    window.page().click("#kc-logout");
    assertGood("#kc-info-message");
  }

  @Test
  @Tag("slow")
  void aSecurityKeyIsRegisteredAndSignsIn() throws Throwable {
    CDPSession devTools = window.page().context().newCDPSession(window.page());
    devTools.send("WebAuthn.enable");
    JsonObject key = new JsonObject();
    key.addProperty("protocol", "ctap2");
    key.addProperty("transport", "usb");
    key.addProperty("hasUserVerification", true);
    key.addProperty("isUserVerified", true);
    key.addProperty("automaticPresenceSimulation", true);
    JsonObject parameters = new JsonObject();
    parameters.add("options", key);
    devTools.send("WebAuthn.addVirtualAuthenticator", parameters);
    window.page().onDialog(dialog -> dialog.accept("Key"));

    require("webauthn-register");
    window.signIn(flow.with("scope", "transactions:read"));
    assertGood("#registerWebAuthn");
    window.page().click("#registerWebAuthn");
    window.page().waitForSelector("[name=accept]");
    assertThat(ADMIN.get(kim.path() + "/credentials").findValuesAsText("type"))
        .contains("webauthn");
  }

  @Test
  @Tag("slow")
  void theGuideForDevelopersMakesTheFlowWork() {
    Page page = window.page();
    page.navigate(SERVER.packUrl() + "/");
    assertGood("#guide-authorize");
    assertThat(page.textContent("main"))
        .contains(SERVER.packUrl() + "/authorize", SERVER.packUrl() + "/token", "analytics:read");

    page.fill("[name=client_id]", AuthorizationFlow.DEMO_APP);
    page.fill("[name=redirect_uri]", AuthorizationFlow.CALLBACK);
    page.check("[value='invoices:read']");
    page.click("#guide-authorize button");
    Page tab = page.waitForPopup(() -> page.click("#guide-link a"));
    tab.fill("[name=username]", kim.person().username());
    tab.fill("[name=password]", kim.person().password());
    tab.click("#kc-login");
    page.fill("#landed", Window.landing(tab, () -> tab.click("[name=accept]")));
    page.click("#guide-token button");
    page.waitForSelector("#guide-answer pre");
    assertThat(page.textContent("#guide-answer"))
        .contains("HTTP 200", "\"access_token\"", "\"scope\": \"invoices:read\"");
    assertGood("#guide-answer");
  }

  @ParameterizedTest
  @Tag("slow")
  @ValueSource(strings = {"keycloak.v2", "keycloak", "base"})
  void theGuideMakesTheLinkInAnyLoginThemeOfTheRealm(String theme) throws Throwable {
    ADMIN.withRealmChange(
        realm -> realm.put("loginTheme", theme),
        () -> {
          Page page = window.page();
          page.navigate(SERVER.packUrl() + "/");
          page.fill("[name=client_id]", AuthorizationFlow.DEMO_APP);
          page.fill("[name=redirect_uri]", AuthorizationFlow.CALLBACK);
          page.click("#guide-authorize button");
          page.waitForSelector("#guide-link a[href*='code_challenge=']");
        });
  }

  @Test
  void withoutScriptsAPersonGetsAllTheWay() {
    window.close();
    window = Window.open(Look.PHONE, options -> options.setJavaScriptEnabled(false));
    Page page = window.page();
    open(flow.with("scope", "transactions:read invoices:read"));
    page.click("nav summary");
    page.click("nav a[lang=de]");
    window.signIn(kim.person());
    assertThat(page.textContent("h1")).contains("bittet um Zugriff");
    assertThat(page.textContent("main")).contains("Buchungen lesen");
    page.uncheck("[value='invoices:read']");
    assertThat(Window.landing(page, () -> page.click("[name=accept]"))).contains("code=");
    assertThat(ADMIN.get(kim.path() + "/consents").toString())
        .contains("transactions:read")
        .doesNotContain("invoices:read");
  }

  @Test
  void theConsentPageIsReadAndAnsweredByKeyboardAlone() {
    window.signIn(flow.with("scope", "transactions:read banking:write"));
    Page page = window.page();
    assertThat(page.locator("main").ariaSnapshot())
        .containsSubsequence(
            "heading \"Expensicat Demo App asks for access\" [level=1]",
            "group \"Transactions\"",
            "checkbox \"Read Read transactions\" [checked]",
            "group \"Bank accounts\"",
            "checkbox \"Change Manage bank account connections Far-reaching",
            "Sends you back to",
            "Access lasts",
            "button \"Allow\"",
            "button \"Deny\"");

    page.focus("[value='transactions:read']");
    page.keyboard().press("Tab");
    assertThat(focused(page)).isEqualTo("banking:write");
    page.keyboard().press("Space");
    page.keyboard().press("Tab");
    assertThat(focused(page)).isEqualTo("kc-login");
    assertThat(Window.landing(page, () -> page.keyboard().press("Enter"))).contains("code=");
    assertThat(ADMIN.get(kim.path() + "/consents").toString())
        .contains("transactions:read")
        .doesNotContain("banking:write");
  }

  private static String focused(Page page) {
    return (String) page.evaluate("document.activeElement.value || document.activeElement.id");
  }

  @Test
  @Tag("slow")
  void aScriptThatIsNotThePagesOwnDoesNotRun() {
    window
        .page()
        .route(
            "**/oauth2/authorize?**",
            route -> {
              var answer = route.fetch();
              String page =
                  answer
                      .text()
                      .replace(
                          "<main>",
                          "<main><script>ran = 1</script><img src=x onerror='ran = 1'>"
                              + "<script src='data:text/javascript,ran=1'></script>");
              assertThat(page).contains("ran = 1");
              route.fulfill(new Route.FulfillOptions().setResponse(answer).setBody(page));
            });
    open(flow);
    window.page().waitForSelector("[name=password]");
    assertThat(window.page().evaluate("typeof ran")).isEqualTo("undefined");
    assertThat(window.complaints())
        .filteredOn(complaint -> complaint.contains("Content Security Policy"))
        .hasSize(3);
  }

  @ParameterizedTest
  @Tag("slow")
  @ValueSource(strings = {"de", "en", "es", "fr"})
  void eachLanguageOfTheRealmIsSpokenOnTheConsentPage(String language) {
    window.close();
    window = Window.open(Look.NARROW, options -> options.setLocale(language));
    window.signIn(flow.with("scope", ALL_KINDS));
    assertThat(window.page().getAttribute("html", "lang")).isEqualTo(language);
    assertThat(window.page().textContent("main"))
        .doesNotContainPattern("expensicat[A-Z]")
        .doesNotContain("${");
    assertThat(window.isTooWide()).isFalse();
  }

  @Test
  @Tag("slow")
  void aLanguageFromRightToLeftBreaksNoPage() throws Throwable {
    ADMIN.withRealmChange(
        realm -> realm.withArray("/supportedLocales").add("ar"),
        () -> {
          window.close();
          window = Window.open(Look.NARROW, options -> options.setLocale("ar"));
          window.signIn(flow.with("scope", ALL_KINDS));
          assertThat(window.page().getAttribute("html", "dir")).isEqualTo("rtl");
          assertGood("[name=accept]");
        });
  }

  @Test
  @Tag("slow")
  void aNameWithoutAnEndBreaksNoPage() throws Throwable {
    ADMIN.withClientChange(
        AuthorizationFlow.DEMO_APP,
        client -> client.put("name", "Donaudampfschifffahrtsgesellschaftskapitän".repeat(4)),
        () -> {
          window.signIn(flow.with("scope", ALL_KINDS));
          assertGood("[name=accept]");
        });
  }

  private void open(AuthorizationFlow request) {
    window.page().navigate(request.request().toString());
  }

  private void require(String action) {
    ObjectNode user = (ObjectNode) ADMIN.get(kim.path());
    user.putArray("requiredActions").add(action);
    ADMIN.put(kim.path(), user);
  }

  /** Checks the page that the window is at, once the element is there, and forgets it. */
  private void assertGood(String element) {
    Page page = window.page();
    page.waitForSelector(
        element, new Page.WaitForSelectorOptions().setState(WaitForSelectorState.ATTACHED));
    page.waitForLoadState(LoadState.NETWORKIDLE);
    for (Look look : List.of(Look.LIGHT, Look.DARK)) {
      window.look(look);
      assertThat(window.accessibilityProblems()).as("%s, %s", page.url(), look).isEmpty();
    }
    for (Look look : Look.values()) {
      window.look(look);
      assertThat(window.isTooWide()).as("%s is too wide, %s", page.url(), look).isFalse();
    }
    window.look(Look.LIGHT);
    assertThat(lowerThanTheStyleSheetMakesThem(page)).as(page.url()).isEmpty();
    assertThat(window.complaints()).as(page.url()).isEmpty();
    assertThat(window.hosts()).containsExactly(SERVER.baseUrl().replace("http://", ""));
    assertThat(window.bytes()).isLessThan(HEAVIEST);
    window.forget();
  }

  /** Fields and buttons whose class in Keycloak's template is none that the style sheet knows. */
  private static List<?> lowerThanTheStyleSheetMakesThem(Page page) {
    return (List<?>)
        page.evaluate(
            "[...document.querySelectorAll('main :is(button, input, select, textarea)')]"
                + ".filter(field => !['hidden', 'checkbox', 'radio'].includes(field.type))"
                + ".filter(field => field.checkVisibility() && field.offsetHeight < 44)"
                + ".map(field => field.outerHTML)");
  }
}
