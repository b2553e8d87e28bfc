package com.expensicat.keycloak.it.cluster;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.CALLBACK;
import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.DEMO_APP;
import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.OwnServers;
import com.expensicat.keycloak.it.support.server.PreviousRelease;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three nodes are replaced one by one, while people and applications go on, and back again. */
@Tag("cluster")
@OwnServers
class UpgradeIT {

  private static final int NODES = 3;
  private static final String SCOPE = "transactions:read";
  private static final UnaryOperator<ServerSettings> NOW = UnaryOperator.identity();

  /** What the nodes are made of before. */
  enum Before {
    THE_PREVIOUS_RELEASE {
      @Override
      ServerSettings of(ServerSettings settings) {
        return settings.withPack(PreviousRelease.build().jar());
      }

      @Override
      Path realm() {
        return PreviousRelease.build().realm();
      }
    },

    THE_OLDEST_KEYCLOAK {
      @Override
      ServerSettings of(ServerSettings settings) {
        return settings.onKeycloak(Artifacts.OLDEST_VERSION);
      }

      @Override
      Path realm() {
        return Artifacts.REALM;
      }
    };

    abstract ServerSettings of(ServerSettings settings);

    abstract Path realm();

    /** Keycloak itself takes no older version of it beside a newer one. */
    boolean isWayBack() {
      return this == THE_PREVIOUS_RELEASE;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasGivenEndedOrDecidedStaysSoAndNobodyNoticesAnything(Before before) throws IOException {
    TestIssuer issuer = TestIssuer.withKeys();
    try (RollingUpdate nodes = RollingUpdate.onEmptyDatabase()) {
      ServerProcess first = nodes.add(before::of);
      first.admin().createRealm(filledIn(before.realm()));
      first.admin().partialImport(Artifacts.demoOverlay());
      while (nodes.nodes().size() < NODES) {
        nodes.add(before::of);
      }
      EditedRealm realm = new EditedRealm(first, issuer);
      Standing earlier = new Standing(first, issuer);
      earlier.assertStandsAt(nodes.nodes());

      try (Load load = loadOn(nodes)) {
        for (int replaced = 0; replaced < NODES; replaced++) {
          nodes.replaceOne(NOW);
          earlier.assertStandsAt(nodes.nodes());
          realm.assertIsAsWrittenAt(nodes.nodes());
        }
        Figures.print("upgrade from " + before, "%s", load);
        if (before.isWayBack()) {
          Standing later = new Standing(nodes.next(), issuer);
          for (int replaced = 0; replaced < NODES; replaced++) {
            nodes.replaceOne(before::of);
            earlier.assertStandsAt(nodes.nodes());
            later.assertStandsAt(nodes.nodes());
            realm.assertIsAsWrittenAt(nodes.nodes());
          }
          Figures.print("and back to " + before, "%s", load);
        }
        load.end();
        assertThat(load.failures()).isEmpty();
      }
    } finally {
      issuer.stop();
    }
  }

  /** A realm's file with nothing set, as admin REST takes it. */
  private static JsonNode filledIn(Path realm) throws IOException {
    return Json.read(Files.readString(realm).replaceAll("\\$\\{EXPENSICAT_[A-Z_]+:([^}]*)}", "$1"))
        .orElseThrow();
  }

  @Test
  void aRealmOfAnOlderKeycloakAloneIsTakenOverWhileThatServes() {
    try (RollingUpdate nodes = RollingUpdate.onEmptyDatabase()) {
      ServerProcess old =
          nodes.add(settings -> settings.onKeycloak(Artifacts.FIRST_VERSION).withoutPack());
      old.admin()
          .createRealm(Json.object("{'realm':'expensicat','enabled':true,'displayName':'Of old'}"));
      old.admin()
          .createClient(
              Json.object("{'clientId':'%s','publicClient':true}".formatted(DEMO_APP))
                  .set("redirectUris", Json.tree(List.of(CALLBACK))));
      NewPerson person =
          NewPerson.join(
              old, user -> user.put("lastName", "Old").put("email", "kim.old@expensicat.test"));
      Browser browser = new Browser(old);
      assertThat(
              authorizeAt(Addresses.KEYCLOAK, old)
                  .as(person.person())
                  .with("scope", "openid")
                  .tokens(browser, BodyKind.FORM)
                  .status())
          .isEqualTo(200);

      ServerProcess now = nodes.add(NOW);

      assertThat(
              authorizeAt(Addresses.KEYCLOAK, old)
                  .as(person.person())
                  .with("scope", "openid")
                  .tokens()
                  .status())
          .isEqualTo(200);
      AuthorizationFlow flow = authorizeAt(Addresses.PACK, now).with("scope", SCOPE);
      Answer page = flow.start(browser.at(now));
      assertThat(page.form(Browser.CONSENT_FORM)).as(page::summary).isPresent();
      String code = flow.callback(browser.acceptWhereAsked(page)).get("code");
      Answer given =
          TokenClient.anonymous().post(Addresses.PACK.token(now), flow.tokenRequest(code));
      assertThat(given.status()).as(given::summary).isEqualTo(200);
      // Of the default scopes of a realm that Keycloak made, too.
      assertThat(given.json().path("scope").asText().split(" ", -1)).contains(SCOPE);
      assertThat(now.admin().get("").path("displayName").asText()).isEqualTo("Of old");
      assertThat(now.admin().get("/expensicat/scopes").findValuesAsText("state"))
          .hasSize(ScopeTable.SCOPES.size())
          .containsOnly("IN_STEP");
    }
  }

  private static Load loadOn(RollingUpdate nodes) {
    ServerProcess node = nodes.next();
    NewPerson person = NewPerson.join(node);
    Load load = new Load(nodes::next);
    for (int application = 0; application < 4; application++) {
      JsonNode tokens =
          authorizeAt(Addresses.PACK, node)
              .as(person.person())
              .with("scope", SCOPE)
              .tokens()
              .json();
      load.refreshing(tokens).checking(tokens.path("access_token").asText(), SCOPE);
    }
    return load.signingIn(NewPerson.join(node).person(), SCOPE);
  }
}
