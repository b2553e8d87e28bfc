package com.expensicat.keycloak.it.admin;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.Drift;
import com.expensicat.keycloak.it.support.admin.RealmAdmin;
import com.expensicat.keycloak.it.support.browser.Look;
import com.expensicat.keycloak.it.support.browser.Window;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.options.AriaRole;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pack's page in Keycloak's own admin console, in a real browser. */
@Tag("slow")
class AdminConsoleIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final AdminApi MASTER = ADMIN.in("master");
  private static final String PAGE = "#expensicat-admin-page";
  private static final String ENTRY = "[data-testid=nav-item-expensicat]";
  private static final String SCOPE = "analytics:read";
  private static final String THEME = "adminTheme";

  private static String themeBefore;

  @BeforeAll
  static void masterHasTheTheme() {
    themeBefore = MASTER.get("").path(THEME).asText("");
    setTheme("expensicat");
  }

  @AfterAll
  static void masterHasItsOwnThemeAgain() {
    setTheme(themeBefore);
  }

  private static void setTheme(String theme) {
    MASTER.put("", Map.of(THEME, theme));
  }

  @Test
  void anAdminFindsThePageInTheNavigationAndLeavesItAgain() {
    try (RealmAdmin admin = RealmAdmin.ofEveryPart();
        Window window = Window.open(Look.LIGHT)) {
      Page page = open(window, admin, "clients");
      assertThat(page.locator(PAGE)).hasCount(0);

      page.click(ENTRY);

      assertThat(page.locator(PAGE + " h1")).isFocused();
      assertThat(page.locator(ENTRY)).hasAttribute("aria-current", "page");
      assertThat(heading(page, "PKCE floor")).isVisible();
      assertThat(page.getByText("Enforced", new Page.GetByTextOptions().setExact(true)))
          .isVisible();
      assertThat(page.locator(PAGE + " td[data-label=Scope] code"))
          .hasText(ScopeTable.SCOPES.toArray(String[]::new));
      button(page, "Clients that have banking:read").click();
      assertThat(page.locator(".expensicat-clients")).containsText("expensicat-demo-app");

      page.click("[data-testid=nav-item-clients]");

      assertThat(page.locator(PAGE)).hasCount(0);
      assertThat(heading(page, "Clients")).isVisible();
      assertThat(window.complaints()).isEmpty();
      assertThat(window.hosts()).containsExactly(SERVER.baseUrl().replace("http://", ""));
    }
  }

  @Test
  void driftIsShownAndMendedOnceTheAdminHasConfirmedIt() {
    try (Drift drift = new Drift(ADMIN);
        RealmAdmin admin = RealmAdmin.ofEveryPart();
        Window window = Window.open(Look.LIGHT)) {
      String id = drift.rename(SCOPE, "renamed");
      Page page = open(window, admin, "expensicat");
      Locator dialog = page.getByRole(AriaRole.DIALOG);
      assertThat(page.locator(PAGE)).containsText("Drifted");

      button(page, "Mend " + SCOPE).click();
      assertThat(dialog).containsText("name: renamed → " + SCOPE);
      assertThat(dialog.getByText("Cancel")).isFocused();
      page.keyboard().press("Escape");
      assertThat(dialog).hasCount(0);
      assertThat(button(page, "Mend " + SCOPE)).isFocused();
      assertThat(ADMIN.get("/client-scopes/" + id).path("name").asText()).isEqualTo("renamed");

      button(page, "Mend " + SCOPE).click();
      dialog.getByText("Mend", new Locator.GetByTextOptions().setExact(true)).click();

      assertThat(page.locator(PAGE).getByRole(AriaRole.STATUS)).containsText("Mended: " + SCOPE);
      assertThat(page.getByText("Drifted")).hasCount(0);
      assertThat(ADMIN.get("/client-scopes/" + id).path("name").asText()).isEqualTo(SCOPE);
      assertThat(window.complaints()).isEmpty();
    }
  }

  @Test
  void anIssuersKeysAreReloadedOnceTheAdminHasConfirmedIt() {
    try (TestIssuer issuer = TestIssuer.trusted(SERVER, "console-reloads", Map.of());
        RealmAdmin admin = RealmAdmin.ofEveryPart();
        Window window = Window.open(Look.LIGHT)) {
      Page page = open(window, admin, "expensicat");
      Locator row =
          page.locator(
              PAGE + " tr",
              new Page.LocatorOptions()
                  .setHas(page.locator("[aria-label='Reload keys of console-reloads']")));
      assertThat(row).containsText("not yet, on this node");

      row.getByRole(AriaRole.BUTTON).click();
      assertThat(page.getByRole(AriaRole.DIALOG)).containsText(issuer.jwksUrl());
      page.getByRole(AriaRole.DIALOG).getByText("Reload keys").last().click();

      assertThat(page.locator(PAGE).getByRole(AriaRole.STATUS))
          .containsText("The keys of console-reloads were fetched");
      assertThat(row).containsText("ed");
      assertThat(row).not().containsText("not yet");

      issuer.answer(TestIssuer.Jwks.ERROR);
      row.getByRole(AriaRole.BUTTON).click();
      page.getByRole(AriaRole.DIALOG).getByText("Reload keys").last().click();
      assertThat(page.locator(PAGE).getByRole(AriaRole.STATUS)).containsText("did not work");
      assertThat(row).containsText("ed");
    }
  }

  @Test
  void aProtectedResourceIsAddedChangedAndRemoved() {
    try (RealmAdmin admin = RealmAdmin.ofEveryPart();
        Window window = Window.open(Look.LIGHT)) {
      Page page = open(window, admin, "expensicat");
      Locator status = page.locator(PAGE).getByRole(AriaRole.STATUS);
      Locator dialog = page.getByRole(AriaRole.DIALOG);

      button(page, "Add a protected resource").click();
      dialog.getByLabel("Audience").fill("seen-in-the-console");
      dialog.getByLabel("Address").fill("console");
      dialog.getByText("Save").click();
      assertThat(dialog.getByRole(AriaRole.ALERT)).containsText("not an absolute URI");
      assertThat(window.accessibilityProblems(PAGE + " dialog")).isEmpty();
      dialog.getByLabel("Address").fill("https://console.expensicat.test/console");
      dialog.getByText("Save").click();
      assertThat(status).containsText("Saved: seen-in-the-console");
      assertThat(resource("seen-in-the-console").path("scopes")).isEmpty();

      button(page, "Edit: seen-in-the-console").click();
      dialog.getByLabel("Name").fill("The console's");
      dialog.getByLabel("Scopes that it takes").fill(SCOPE);
      dialog.getByText("Save").click();
      assertThat(page.locator(PAGE + " tr", containing("The console's"))).containsText(SCOPE);
      assertThat(resource("seen-in-the-console").path("address").asText())
          .isEqualTo("https://console.expensicat.test/console");

      button(page, "Remove: seen-in-the-console").click();
      dialog.getByText("Remove", new Locator.GetByTextOptions().setExact(true)).click();
      assertThat(status).containsText("Removed: seen-in-the-console");
      assertThat(resource("seen-in-the-console").isMissingNode()).isTrue();
      assertThat(window.complaints()).isEmpty();
    } finally {
      ADMIN.send("DELETE", "/expensicat/resources/seen-in-the-console", null);
    }
  }

  private static JsonNode resource(String audience) {
    for (JsonNode resource : ADMIN.get("/expensicat/resources")) {
      if (resource.path("audience").asText().equals(audience)) {
        return resource;
      }
    }
    return MissingNode.getInstance();
  }

  private static Page.LocatorOptions containing(String text) {
    return new Page.LocatorOptions().setHasText(text);
  }

  @Test
  void theClientsThatAreRefusedSomethingAreShownWithTheReason() throws Throwable {
    ADMIN.withClient(
        Json.object(
            "{'clientId':'a-wildcard','publicClient':true,'redirectUris':['https://a.example/*']}"),
        () -> {
          try (RealmAdmin admin = RealmAdmin.with("view-clients");
              Window window = Window.open(Look.LIGHT)) {
            Page page = open(window, admin, "expensicat");

            Locator row =
                page.locator(
                    PAGE + " tr", new Page.LocatorOptions().setHas(page.getByText("a-wildcard")));
            assertThat(row).containsText("A redirect URI with a wildcard matches nothing");
            assertThat(row.locator("code")).hasText("https://a.example/*");
            assertThat(heading(page, "Clients that the rules meet")).isVisible();
            assertThat(window.complaints()).isEmpty();
          }
        });
  }

  @Test
  void whatTheRealmLacksIsShownAndMended() {
    try (RealmAdmin admin = RealmAdmin.ofEveryPart();
        Window window = Window.open(Look.LIGHT)) {
      ADMIN.delete("/authentication/required-actions/expensicat-consent");
      Page page = open(window, admin, "expensicat");
      assertThat(page.locator(PAGE)).containsText("Required action expensicat-consent");

      button(page, "Mend the realm").click();
      page.getByRole(AriaRole.DIALOG)
          .getByText("Mend", new Locator.GetByTextOptions().setExact(true))
          .click();

      assertThat(page.locator(PAGE).getByRole(AriaRole.STATUS))
          .containsText("Mended: Required action expensicat-consent");
      assertThat(button(page, "Mend the realm")).hasCount(0);
      assertThat(window.complaints()).isEmpty();
    } finally {
      ADMIN.post("/expensicat/realm/mend", null);
    }
  }

  @Test
  void whereTheRealmDiffersFromTheExportIsShown() throws Throwable {
    ADMIN.withRealmChange(
        realm -> {
          realm.put("accessTokenLifespan", 3600);
          realm.putArray("supportedLocales").add("de").add("en");
        },
        () -> {
          try (RealmAdmin admin = RealmAdmin.ofEveryPart();
              Window window = Window.open(Look.LIGHT)) {
            Page page = open(window, admin, "expensicat");

            assertThat(heading(page, "Differences from the export")).isVisible();
            assertThat(page.locator(PAGE + " tr:has-text('/accessTokenLifespan') td"))
                .hasText(new String[] {"/accessTokenLifespan", "3600", "300"});
            assertThat(page.locator(PAGE + " tr:has-text('/supportedLocales') td"))
                .hasText(new String[] {"/supportedLocales", "de, en", "de, en, es, fr"});
            assertThat(window.accessibilityProblems(PAGE)).isEmpty();
            assertThat(window.isTooWide()).isFalse();
            assertThat(window.complaints()).isEmpty();
          }
        });
  }

  @Test
  void anAdminWhoMayOnlyViewTheRealmSeesThatPartAlone() {
    try (RealmAdmin admin = RealmAdmin.with("view-realm");
        Window window = Window.open(Look.LIGHT)) {
      Page page = open(window, admin, "expensicat");

      assertThat(heading(page, "PKCE floor")).isVisible();
      assertThat(heading(page, "Protected resources")).isVisible();
      assertThat(page.locator(PAGE + " h2")).hasCount(2);
      assertThat(page.locator(PAGE).getByRole(AriaRole.BUTTON)).hasCount(0);
    }
  }

  @Test
  void anAdminWhoMaySeeNoPartHasNoEntry() {
    try (RealmAdmin admin = RealmAdmin.with("view-events");
        Window window = Window.open(Look.LIGHT)) {
      Page page = window.page();
      page.navigate(console("events"));
      window.signIn(admin.person());

      assertThat(page.locator("[data-testid=nav-item-events]")).isVisible();
      assertThat(page.locator(ENTRY)).hasCount(0);
      assertThat(window.complaints()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Look.class)
  void thePageIsAccessible(Look look) {
    try (Drift drift = new Drift(ADMIN);
        TestIssuer issuer = TestIssuer.trusted(SERVER, "console-seen", Map.of());
        RealmAdmin admin = RealmAdmin.ofEveryPart();
        Window window = Window.open(look)) {
      drift.delete(SCOPE);
      drift.rename("team:read", "renamed");
      Page page = open(window, admin, "expensicat");
      button(page, "Clients that have banking:read").click();
      assertThat(page.locator(".expensicat-clients")).containsText("expensicat-web");
      assertThat(page.locator(PAGE)).containsText(issuer.issuer());

      assertThat(window.accessibilityProblems(PAGE)).isEmpty();
      assertThat(window.isTooWide()).isFalse();

      page.getByText("Mend all").click();

      assertThat(page.getByRole(AriaRole.DIALOG)).isVisible();
      assertThat(window.accessibilityProblems(PAGE + " dialog")).isEmpty();
    }
  }

  /** As a Keycloak would be whose console has another structure. */
  @Test
  void aConsoleThatIsNotAsItIsKnownIsLeftAsItWas() {
    try (RealmAdmin admin = RealmAdmin.ofEveryPart();
        Window window = Window.open(Look.LIGHT)) {
      window
          .page()
          .route(
              "**/assets/main-*.js",
              route -> {
                APIResponse file = route.fetch();
                route.fulfill(
                    new FulfillOptions()
                        .setResponse(file)
                        .setBody(file.text().replace("\"nav-item\"", "\"other-item\"")));
              });
      Page page = window.page();
      page.navigate(console("clients"));
      window.signIn(admin.person());

      assertThat(page.locator("[data-testid=other-item-client-scopes]")).isVisible();
      assertThat(heading(page, "Clients")).isVisible();
      assertThat(page.locator(ENTRY)).hasCount(0);
      page.click("[data-testid=other-item-client-scopes]");
      assertThat(heading(page, "Client scopes")).isVisible();
      assertThat(page.locator(PAGE)).hasCount(0);
      assertThat(window.complaints()).isEmpty();
    }
  }

  @Test
  void thePageSpeaksTheConsolesLanguage() throws Throwable {
    MASTER.withRealmChange(
        AdminConsoleIT::speakGerman,
        () -> {
          try (RealmAdmin admin = RealmAdmin.ofEveryPart();
              Window window = Window.open(Look.LIGHT, options -> options.setLocale("de"))) {
            Page page = open(window, admin, "expensicat");

            assertThat(heading(page, "Scope-Katalog")).isVisible();
            assertThat(page.locator(PAGE)).hasAttribute("lang", "de");
          }
        });
  }

  private static void speakGerman(ObjectNode realm) {
    realm.put("internationalizationEnabled", true).put("defaultLocale", "de");
    realm.putArray("supportedLocales").add("de").add("en");
    realm.put(THEME, "expensicat");
  }

  /** Signs in to the console, at a place of the pack's realm. */
  private static Page open(Window window, RealmAdmin admin, String place) {
    window.page().navigate(console(place));
    window.signIn(admin.person());
    assertThat(window.page().locator(ENTRY)).isAttached();
    return window.page();
  }

  private static String console(String place) {
    return SERVER.baseUrl() + "/admin/master/console/#/expensicat/" + place;
  }

  private static Locator heading(Page page, String name) {
    return page.getByRole(AriaRole.HEADING, new GetByRoleOptions().setName(name).setExact(true));
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName(name).setExact(true));
  }
}
