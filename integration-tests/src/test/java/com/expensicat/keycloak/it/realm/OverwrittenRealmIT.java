package com.expensicat.keycloak.it.realm;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.DEMO_APP;
import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.Registration;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.HandOver;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file, Terraform or another tool of others overwrites in the realm and its clients. */
@Tag("slow")
class OverwrittenRealmIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final String REALM = "/expensicat/realm";
  private static final String ACTION = "/authentication/required-actions/expensicat-consent";
  private static final String PROFILE = "/users/profile";

  /** What may be overwritten without any harm. */
  enum Overwritten {
    /** An export from before Keycloak 25 has no scope {@code basic}. */
    THE_CLIENT_HAS_NO_BASIC_SCOPE {
      @Override
      void during(Executable test) throws Throwable {
        withoutDefaultScopes(List.of("basic"), test);
      }
    },

    /** A file that lists optional scopes alone. */
    THE_CLIENT_HAS_NO_DEFAULT_SCOPE {
      @Override
      void during(Executable test) throws Throwable {
        withoutDefaultScopes(Json.texts(ADMIN.client(DEMO_APP).path("defaultClientScopes")), test);
      }
    },

    THE_BROWSER_FLOW_IS_ANOTHER {
      @Override
      void during(Executable test) throws Throwable {
        withFlow(
            "auth-username-password-form",
            flow -> ADMIN.withRealmChange(realm -> realm.put("browserFlow", flow), test));
      }
    },

    NOBODY_LISTENS_TO_EVENTS {
      @Override
      void during(Executable test) throws Throwable {
        ADMIN.withRealmChange(
            realm -> {
              realm.putArray("eventsListeners");
              realm.put("eventsEnabled", false).put("adminEventsEnabled", false);
            },
            test);
      }
    },

    THERE_ARE_NO_POLICIES {
      @Override
      void during(Executable test) throws Throwable {
        JsonNode policies = ADMIN.get("/client-policies/policies");
        ADMIN.put("/client-policies/policies", Json.object("{'policies':[]}"));
        try {
          test.execute();
        } finally {
          ADMIN.put("/client-policies/policies", policies);
        }
      }
    };

    abstract void during(Executable test) throws Throwable;
  }

  @ParameterizedTest
  @EnumSource
  void anApplicationWorksAsEver(Overwritten overwritten) throws Throwable {
    overwritten.during(() -> assertWorks(user -> {}));
  }

  /** A partial import gives nobody the default roles, among them {@code offline_access}. */
  @Test
  void aPersonWithoutAnyRoleHasApplicationsThatWork() throws Throwable {
    assertWorks(user -> user.remove("realmRoles"));
  }

  private static void assertWorks(Consumer<ObjectNode> more) throws ParseException {
    try (NewPerson kim = NewPerson.join(more)) {
      AuthorizationFlow flow =
          authorizeAt(Addresses.PACK)
              .as(kim.person())
              .with("scope", "openid transactions:read invoices:read");
      Browser browser = new Browser();
      Answer page = flow.signIn(browser);
      Answer granted =
          browser.consent(
              page,
              data ->
                  data.without("scope").with("scope", "transactions:read").and("accept", "Yes"));
      Answer answer =
          TokenClient.anonymous()
              .post(
                  flow.addresses().token(SERVER),
                  flow.tokenRequest(flow.callback(browser.follow(granted)).get("code")));
      assertThat(answer.status()).as(answer::summary).isEqualTo(200);
      assertNamesThePerson(kim, answer.json());

      Answer refreshed = DemoApp.refresh(Addresses.PACK, answer.json());
      assertThat(refreshed.status()).as(refreshed::summary).isEqualTo(200);
      assertNamesThePerson(kim, refreshed.json());
      Answer again = DemoApp.refresh(Addresses.PACK, refreshed.json());
      assertThat(again.status()).as(again::summary).isEqualTo(200);

      ADMIN.post(kim.path() + "/logout", null);
      Gateway.assertInvalidToken(
          Gateway.check(again.json().path("access_token").asText(), "transactions:read"));
      assertThat(DemoApp.refresh(Addresses.PACK, again.json()).status()).isEqualTo(400);
    } finally {
      ADMIN.forgetSignOuts();
    }
  }

  private static void assertNamesThePerson(NewPerson kim, JsonNode tokens) throws ParseException {
    String token = tokens.path("access_token").asText();
    JsonNode claims = Jwt.claims(token);
    assertThat(claims.path("sub").asText()).isEqualTo(kim.id());
    assertThat(claims.path("scope").asText().split(" "))
        .containsExactlyInAnyOrder("openid", "transactions:read");
    assertThat(claims.path("aud").toString()).contains(KeycloakServer.API_AUDIENCE);
    Answer checked = Gateway.check(token, "transactions:read");
    assertThat(checked.status()).as(checked::summary).isEqualTo(200);
    assertThat(Gateway.said(checked, "User")).isEqualTo(kim.id());
    for (Addresses addresses : Addresses.values()) {
      JsonNode introspected = ResourceServer.API.introspect(addresses, token);
      assertThat(introspected.path("sub").asText()).isEqualTo(kim.id());
      Answer userinfo =
          TokenClient.bearer(token)
              .header("Origin", "http://127.0.0.1:9876")
              .get(addresses.userinfo(SERVER));
      assertThat(userinfo.json().path("sub").asText()).isEqualTo(kim.id());
      assertThat(userinfo.header("Access-Control-Allow-Origin")).isPresent();
    }
  }

  /** Whom a session stands for is known before Keycloak asks what to do with somebody new. */
  @Test
  void aPersonSignsInByASessionWhateverTheFlowOfAFirstLoginIs() throws Throwable {
    withFlow(
        "deny-access-authenticator",
        denying ->
            ADMIN.withRealmChange(
                realm -> realm.put("firstBrokerLoginFlow", denying),
                () -> {
                  try (TestIssuer issuer = TestIssuer.withKeys()) {
                    issuer.trust(
                        SERVER, "overwritten", Map.of("handOverUrl", issuer.issuer() + "/page"));
                    AuthorizationFlow flow =
                        authorizeAt(Addresses.PACK).with("scope", "transactions:read");
                    HandOver handOver = HandOver.choose(flow, new Browser(), "overwritten");

                    Answer page = handOver.post(handOver.assertion(issuer.session()));

                    assertThat(page.form(Browser.CONSENT_FORM)).as(page::summary).isPresent();
                  }
                }));
  }

  /** What a test does with a flow of that alias. */
  private interface WithFlow {
    void run(String alias) throws Throwable;
  }

  /** Makes a flow of one step, runs the test, deletes the flow. */
  private static void withFlow(String step, WithFlow test) throws Throwable {
    String flow = "theirs";
    String id =
        ADMIN.create(
            "/authentication/flows",
            Json.object(
                "{'alias':'theirs','providerId':'basic-flow','topLevel':true,'builtIn':false}"));
    String executions = "/authentication/flows/" + flow + "/executions";
    ADMIN.post(executions + "/execution", Map.of("provider", step));
    ADMIN.put(
        executions, ((ObjectNode) ADMIN.get(executions).get(0)).put("requirement", "REQUIRED"));
    try {
      test.run(flow);
    } finally {
      ADMIN.delete("/authentication/flows/" + id);
    }
  }

  private static void withoutDefaultScopes(List<String> names, Executable test) throws Throwable {
    String client = ADMIN.clientPath(DEMO_APP) + "/default-client-scopes/";
    List<String> paths = new ArrayList<>();
    for (String name : names) {
      paths.add(client + ADMIN.clientScope(name).path("id").asText());
    }
    without(paths, test);
  }

  /** Runs a test while scopes are taken from the lists that they are in. */
  private static void without(List<String> paths, Executable test) throws Throwable {
    paths.forEach(ADMIN::delete);
    try {
      test.execute();
    } finally {
      paths.forEach(path -> ADMIN.put(path, null));
    }
  }

  /** The realm's own lists are what Terraform and keycloak-config-cli replace as a whole. */
  @ParameterizedTest
  @EnumSource
  void aClientThatRegistersGetsTheCatalogWhateverTheRealmsListsSay(Addresses addresses)
      throws Throwable {
    withoutRealmScopes(
        () -> {
          Registration registration = new Registration(SERVER, addresses);
          JsonNode client =
              registration
                  .register(
                      TokenClient.bearer(registration.initialAccessToken(1)),
                      Json.write(Registration.metadata(Json.object("{}"))))
                  .json();
          try {
            assertThat(client.path("scope").asText().split(" ")).containsAll(ScopeTable.SCOPES);
            String token =
                authorizeAt(addresses)
                    .with("client_id", client.path("client_id").asText())
                    .with("redirect_uri", client.at("/redirect_uris/0").asText())
                    .with("scope", "transactions:read")
                    .tokens()
                    .json()
                    .path("access_token")
                    .asText();
            Answer checked = Gateway.check(token, "transactions:read");
            assertThat(checked.status()).as(checked::summary).isEqualTo(200);
            assertThat(Gateway.said(checked, "User"))
                .isEqualTo(ADMIN.user("demo").path("id").asText());
          } finally {
            registration.delete(client);
          }
        });
  }

  private static void withoutRealmScopes(Executable test) throws Throwable {
    List<String> paths = new ArrayList<>();
    for (String list :
        List.of("/default-default-client-scopes", "/default-optional-client-scopes")) {
      ADMIN.get(list).forEach(scope -> paths.add(list + "/" + scope.path("id").asText()));
    }
    without(paths, test);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "expensicat.signed-out",
        "expensicat.session-issuer",
        "expensicat.unlinked-issuer",
        "expensicat.declined-scopes",
        "expensicat.organization-consents"
      })
  void anAttributeOfTheUserProfileThatIsGoneIsShownAndMended(String name) {
    assertThat(ADMIN.get(REALM)).isEmpty();
    JsonNode before = ADMIN.get(PROFILE);
    ObjectNode without = before.deepCopy();
    var kept = without.putArray("attributes");
    before
        .path("attributes")
        .forEach(
            attribute -> {
              if (!attribute.path("name").asText().equals(name)) {
                kept.add(attribute);
              }
            });
    ADMIN.put(PROFILE, without);

    String lacks = "User profile attribute " + name;
    assertThat(ADMIN.get(REALM))
        .containsExactly(Json.object("{'what':'" + lacks + "','wanted':'declared'}"));
    assertThat(ADMIN.post(REALM + "/mend", null)).hasSize(1);
    assertThat(ADMIN.get(REALM)).isEmpty();
    assertThat(ADMIN.get(PROFILE).path("attributes")).hasSameSizeAs(before.path("attributes"));
    assertThat(ADMIN.post(REALM + "/mend", null)).isEmpty();
  }

  @Test
  void theActionThatAsksForConsentIsShownAndMended() {
    ADMIN.update(ACTION, action -> action.put("enabled", false));
    assertShownAndMended("switched off");
    ADMIN.update(ACTION, action -> action.put("priority", 1));
    assertShownAndMended("not the last one");
    ADMIN.delete(ACTION);
    assertShownAndMended(null);
    assertThat(ADMIN.get(ACTION).path("enabled").asBoolean()).isTrue();
  }

  private static void assertShownAndMended(String found) {
    JsonNode shown = ADMIN.get(REALM);
    assertThat(shown).hasSize(1);
    assertThat(shown.at("/0/what").asText()).isEqualTo("Required action expensicat-consent");
    assertThat(shown.at("/0/found").asText(null)).isEqualTo(found);
    assertThat(ADMIN.post(REALM + "/mend", null)).isEqualTo(shown);
    assertThat(ADMIN.get(REALM)).isEmpty();
  }
}
