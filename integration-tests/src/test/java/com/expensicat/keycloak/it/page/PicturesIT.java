package com.expensicat.keycloak.it.page;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;

import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.admin.RealmAdmin;
import com.expensicat.keycloak.it.support.admin.RealmOrganizations;
import com.expensicat.keycloak.it.support.browser.Look;
import com.expensicat.keycloak.it.support.browser.Window;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.LoadState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Takes the pictures of the README: {@code mvn verify -Ppictures}. */
@Tag("pictures")
class PicturesIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final Path FOLDER = Artifacts.PICTURES;
  private static final List<String> COMPANIES = List.of("Cats & Company", "Dogs & Daughters");

  @ParameterizedTest
  @EnumSource(
      value = Look.class,
      names = {"LIGHT", "DARK", "PHONE"})
  void consent(Look look) throws Throwable {
    RealmOrganizations.with(
        COMPANIES,
        erika(),
        (person, ids) -> {
          try (Window window = Window.open(look)) {
            String scopes = "transactions:read transactions:write invoices:read banking:write";
            window
                .page()
                .navigate(authorizeAt(Addresses.PACK).with("scope", scopes).request().toString());
            window.signInByName(person.person());
            window.page().waitForSelector("[name=accept]");
            take(window, "consent-" + look.name().toLowerCase(Locale.ROOT));
          }
        });
  }

  @Test
  void account() throws Throwable {
    RealmOrganizations.with(
        COMPANIES,
        erika(),
        (person, ids) -> {
          for (String id : ids) {
            connect(person, id);
          }
          try (Window window = Window.open(Look.LIGHT)) {
            Page page = window.page();
            page.navigate(SERVER.realmUrl() + "/account/applications");
            window.signInByName(person.person());
            page.click("#toggle-" + AuthorizationFlow.DEMO_APP);
            page.waitForSelector("[data-expensicat-organizations]");
            take(window, "account");
          }
        });
  }

  private static void connect(NewPerson person, String organization) {
    try (Window window = Window.open(Look.LIGHT)) {
      Page page = window.page();
      page.navigate(
          authorizeAt(Addresses.PACK)
              .with("scope", "transactions:read invoices:read")
              .with("organization", organization)
              .request()
              .toString());
      window.signInByName(person.person());
      Window.landing(page, () -> page.click("[name=accept]"));
    }
  }

  private static NewPerson erika() {
    return NewPerson.join(
        user ->
            user.put("email", "erika@expensicat.test")
                .put("emailVerified", true)
                .put("firstName", "Erika"));
  }

  @Test
  void admin() throws Throwable {
    SERVER
        .admin()
        .in("master")
        .withRealmChange(
            realm -> realm.put("adminTheme", "expensicat"),
            () -> {
              try (RealmAdmin admin = RealmAdmin.ofEveryPart();
                  Window window = Window.open(Look.LIGHT)) {
                window
                    .page()
                    .navigate(SERVER.baseUrl() + "/admin/master/console/#/expensicat/expensicat");
                window.signIn(admin.person());
                window.page().waitForSelector("#expensicat-admin-page table");
                take(window, "admin");
              }
            });
  }

  private static void take(Window window, String name) throws IOException {
    window.page().waitForLoadState(LoadState.LOAD);
    Files.createDirectories(FOLDER);
    window.picture(FOLDER.resolve(name + ".png"));
  }
}
