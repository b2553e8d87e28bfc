package com.expensicat.keycloak.it.access;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.DEMO_APP;
import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AccountApi;
import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.admin.RealmAdmin;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.browser.Look;
import com.expensicat.keycloak.it.support.browser.Window;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.IssuerSignIn;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where people and admins see for which organisations an application has access. */
@Tag("slow")
class OrganizationConsolesIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final AdminApi MASTER = ADMIN.in("master");
  private static final String ADMIN_PAGE = "#expensicat-admin-page";

  private TestIssuer issuer;
  private NewPerson person;
  private IssuerSignIn app;
  private JsonNode ofCats;
  private JsonNode ofDogs;

  @BeforeEach
  void anApplicationHasAccessForTwo() {
    ADMIN.forgetSignOuts();
    issuer =
        TestIssuer.handingOver(
            SERVER, "console-organizations", "/page", Map.of("organizationNameClaim", "org_name"));
    person = NewPerson.join();
    app = new IssuerSignIn(Addresses.PACK, new Browser(), issuer.alias());
    SessionJwt session = issuer.session(person);
    ofCats = app.connect(session.claim("org", "org_a").claim("org_name", "Cats & Co"));
    ofDogs = app.connect(session.claim("org", "org_b").claim("org_name", "Dogs"));
  }

  @AfterEach
  void theyGo() {
    person.close();
    issuer.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"DARK", "PHONE"})
  void aPersonTakesAwayForOneInTheAccountConsole(Look look) {
    try (Window window = Window.open(look)) {
      Page page = window.page();
      page.navigate(AccountApi.address() + "applications");
      window.signIn(person.person());
      page.click("#toggle-" + DEMO_APP);
      Locator organizations =
          page.locator("#content-" + DEMO_APP + " [data-expensicat-organizations]");
      assertThat(organizations).containsText("Access for");
      assertThat(organizations).containsText("Cats & Co");
      assertThat(organizations).containsText("Dogs");
      assertThat(window.accessibilityProblems()).isEmpty();
      page.onDialog(Dialog::accept);

      page.waitForResponse(
          response -> response.request().method().equals("DELETE"),
          () ->
              organizations
                  .getByRole(
                      AriaRole.BUTTON,
                      new Locator.GetByRoleOptions()
                          .setName("Take away the access of Expensicat Demo App for Cats & Co?"))
                  .click());

      page.click("#toggle-" + DEMO_APP);
      assertThat(organizations).containsText("Dogs");
      assertThat(organizations).not().containsText("Cats & Co");
      assertThat(window.complaints()).isEmpty();
    }
    assertOnlyThatOfDogsGoesOn();
  }

  @Test
  void anAdminTakesAwayForOneOnThePacksPage() {
    String before = MASTER.get("").path("adminTheme").asText("");
    MASTER.put("", Map.of("adminTheme", "expensicat"));
    try (RealmAdmin admin = RealmAdmin.ofEveryPart();
        Window window = Window.open(Look.PHONE)) {
      Page page = window.page();
      page.navigate(SERVER.baseUrl() + "/admin/master/console/#/expensicat/expensicat");
      window.signIn(admin.person());
      Locator pack = page.locator(ADMIN_PAGE);
      pack.getByLabel("Username").fill("nobody");
      pack.getByText("Show", new Locator.GetByTextOptions().setExact(true)).click();
      assertThat(pack).containsText("The realm has no such user.");
      pack.getByLabel("Username").fill(person.person().username());
      page.keyboard().press("Enter");
      Locator row =
          pack.locator("tr", new Locator.LocatorOptions().setHas(page.getByText("Cats & Co")));
      assertThat(row).containsText("transactions:read");
      assertThat(pack).containsText("Dogs");
      assertThat(window.accessibilityProblems(ADMIN_PAGE)).isEmpty();
      assertThat(window.isTooWide()).isFalse();

      row.getByRole(AriaRole.BUTTON).click();
      assertThat(page.getByRole(AriaRole.DIALOG)).containsText("Cats & Co");
      page.getByRole(AriaRole.DIALOG).getByText("Take away").last().click();

      assertThat(pack.getByRole(AriaRole.STATUS)).containsText("Taken away: " + DEMO_APP);
      assertThat(row).hasCount(0);
      assertThat(pack).containsText("Dogs");
      assertThat(window.complaints()).isEmpty();
    } finally {
      MASTER.put("", Map.of("adminTheme", before));
    }
    assertOnlyThatOfDogsGoesOn();
  }

  private void assertOnlyThatOfDogsGoesOn() {
    assertThat(DemoApp.refresh(Addresses.PACK, ofCats).status()).isEqualTo(400);
    assertThat(IssuerSignIn.organization(app.refreshed(ofDogs))).isEqualTo("org_b");
  }
}
