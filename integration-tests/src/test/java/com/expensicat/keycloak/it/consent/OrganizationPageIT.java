package com.expensicat.keycloak.it.consent;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.admin.RealmOrganizations;
import com.expensicat.keycloak.it.support.browser.Look;
import com.expensicat.keycloak.it.support.browser.Window;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page on which a person chooses among organisations, in a real browser. */
@Tag("slow")
class OrganizationPageIT {

  @ParameterizedTest
  @EnumSource(Look.class)
  void itSaysWhoIsAskedAndForWhich(Look look) throws Throwable {
    withTwo(
        person -> {
          try (Window window = Window.open(look)) {
            Page page = asked(window, person);

            assertThat(page.locator("main, body").first())
                .containsText("Signed in as " + person.person().username());
            assertThat(page.getByText("Not you?")).isVisible();
            assertThat(page.getByRole(AriaRole.RADIO)).hasCount(2);
            assertThat(window.accessibilityProblems()).isEmpty();
            assertThat(window.isTooWide()).isFalse();
            assertThat(window.complaints()).isEmpty();
          }
        });
  }

  @Test
  void aKeyboardIsEnough() throws Throwable {
    withTwo(
        person -> {
          try (Window window = Window.open(Look.LIGHT)) {
            Page page = asked(window, person);
            Locator second = page.getByLabel("Dogs & Daughters");
            second.focus();
            page.keyboard().press("Space");
            assertThat(second).isChecked();

            assertThat(Window.landing(page, () -> page.keyboard().press("Enter")))
                .contains("code=");
          }
        });
  }

  @Test
  void scriptsAreNotNeeded() throws Throwable {
    withTwo(
        person -> {
          try (Window window =
              Window.open(Look.LIGHT, options -> options.setJavaScriptEnabled(false))) {
            Page page = asked(window, person);
            page.getByLabel("Dogs & Daughters").check();

            assertThat(Window.landing(page, () -> page.click("[name=accept]"))).contains("code=");
          }
        });
  }

  @Test
  void nothingIsSentBeforeOneIsChosen() throws Throwable {
    withTwo(
        person -> {
          try (Window window = Window.open(Look.LIGHT)) {
            Page page = asked(window, person);

            page.click("[name=accept]");

            assertThat(page.getByLabel("Dogs & Daughters")).isVisible();
            assertThat(page.locator("[name=organization]:invalid")).hasCount(2);
          }
        });
  }

  private static Page asked(Window window, NewPerson person) {
    Page page = window.page();
    AuthorizationFlow flow = authorizeAt(Addresses.PACK).with("scope", "transactions:read");
    page.navigate(flow.request().toString());
    window.signInByName(person.person());
    return page;
  }

  private static void withTwo(Consumer<NewPerson> story) throws Throwable {
    RealmOrganizations.with(
        List.of("Cats & Company", "Dogs & Daughters"),
        NewPerson.join(),
        (person, ids) -> story.accept(person));
  }
}
