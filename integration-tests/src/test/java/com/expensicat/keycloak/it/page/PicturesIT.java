package com.expensicat.keycloak.it.page;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;

import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.admin.RealmAdmin;
import com.expensicat.keycloak.it.support.browser.Look;
import com.expensicat.keycloak.it.support.browser.Window;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.microsoft.playwright.options.LoadState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  @ParameterizedTest
  @EnumSource(
      value = Look.class,
      names = {"LIGHT", "DARK", "PHONE"})
  void consent(Look look) throws IOException {
    try (NewPerson person = NewPerson.join();
        Window window = Window.open(look)) {
      window.signIn(
          authorizeAt(Addresses.PACK)
              .as(person.person())
              .with("scope", "transactions:read transactions:write invoices:read banking:write"));
      window.page().waitForSelector("[name=accept]");
      take(window, "consent-" + look.name().toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void account() throws IOException {
    try (NewPerson person = NewPerson.join();
        Window window = Window.open(Look.LIGHT)) {
      authorizeAt(Addresses.PACK)
          .as(person.person())
          .with("scope", "transactions:read invoices:read")
          .tokens();
      window.page().navigate(SERVER.realmUrl() + "/account/applications");
      window.signIn(person.person());
      window.page().click("#toggle-" + AuthorizationFlow.DEMO_APP);
      window.page().waitForSelector("[data-expensicat-last-used]");
      take(window, "account");
    }
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
