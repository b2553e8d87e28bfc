package com.expensicat.keycloak.it.constraint;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DPoPKey;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The policy of the realm export that makes bound tokens and pushed requests compulsory for the
 * scopes that are worth most, once an admin has switched it on.
 */
class SenderConstrainedPolicyIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final String NAME = "expensicat-sender-constrained";
  private static final String POLICIES = "/client-policies/policies";
  private static final String PROFILES = "/client-policies/profiles";
  private static final Browser BROWSER = new Browser();
  private static final TokenClient PUBLIC = TokenClient.anonymous();
  private static final TokenClient WEB =
      TokenClient.basic("expensicat-web", "expensicat-web-dev-secret");

  private static final AdminApi ADMIN = SERVER.admin();
  private static JsonNode policiesBefore;

  @BeforeAll
  static void switchThePolicyOn() {
    policiesBefore = ADMIN.get(POLICIES);
    ObjectNode policies = policiesBefore.deepCopy();
    named(policies.path("policies")).put("enabled", true);
    ADMIN.put(POLICIES, policies);
  }

  @AfterAll
  static void switchItOff() {
    ADMIN.put(POLICIES, policiesBefore);
  }

  private static ObjectNode named(JsonNode list) {
    for (JsonNode member : list) {
      if (NAME.equals(member.path("name").asText())) {
        return (ObjectNode) member;
      }
    }
    throw new AssertionError("No " + NAME + " in " + list);
  }

  @Test
  void theExportHasItSwitchedOff() {
    assertThat(named(policiesBefore.path("policies")).path("enabled").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "PACK, banking:read",
    "PACK, banking:write",
    "PACK, team:admin",
    "PACK, openid transactions:read banking:read",
    "KEYCLOAK, banking:read",
    "KEYCLOAK, team:admin"
  })
  void aRequestForTheseScopesThatIsNotPushedIsRefusedByARedirect(
      Addresses addresses, String scope) {
    AuthorizationFlow flow = authorizeAt(addresses).with("scope", scope);

    Parameters callback = flow.callback(flow.start(new Browser()));

    assertThat(callback.get("error")).isEqualTo("invalid_request");
    assertThat(callback.get("error_description")).contains("pushed");
    assertThat(callback.get("state")).isEqualTo(flow.parameters().get("state"));
    assertThat(callback.get("iss")).isEqualTo(SERVER.realmUrl());
    assertThat(callback.find("code")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aRequestUriThatNobodyPushedIsNoWayRound(Addresses addresses) {
    AuthorizationFlow flow = authorizeAt(addresses).with("scope", "banking:read");
    for (String requestUri :
        List.of(
            "https://app.example/request",
            "urn:ietf:params:oauth:request_uri:unknown",
            "urn:other")) {
      Answer answer = flow.with("request_uri", requestUri).start(new Browser());
      assertThat(answer.form(Browser.LOGIN_FORM)).as(answer::summary).isEmpty();
      assertThat(answer.status()).as(answer::summary).isLessThan(500);
    }
  }

  @ParameterizedTest
  @EnumSource
  void otherScopesAreAsFreeAsBefore(Addresses addresses) {
    AuthorizationFlow flow =
        authorizeAt(addresses).with("scope", "openid transactions:read team:read");

    Answer tokens = flow.tokens(BROWSER, BodyKind.FORM);

    assertThat(tokens.status()).as(tokens::summary).isEqualTo(200);
    assertThat(DemoApp.refresh(addresses, tokens.json()).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void aTokenForTheseScopesIsBoundOrRefused(Addresses addresses) throws Exception {
    AuthorizationFlow flow = authorizeAt(addresses).with("scope", "banking:read");
    DPoPKey key = DPoPKey.random();

    assertError(redeem(flow.pushed(PUBLIC), PUBLIC), 400, "invalid_dpop_proof");
    Answer tokens = redeem(flow.pushed(PUBLIC), proving(PUBLIC, addresses, key));

    assertThat(tokens.status()).as(tokens::summary).isEqualTo(200);
    assertThat(Jwt.claims(tokens.json().path("access_token").asText()).at("/cnf/jkt").asText())
        .isEqualTo(key.thumbprint());
    Parameters refresh = DemoApp.refreshRequest(tokens.json());
    assertError(PUBLIC.post(addresses.token(SERVER), refresh), 400, "invalid_dpop_proof");
    assertThat(proving(PUBLIC, addresses, key).post(addresses.token(SERVER), refresh).status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void aConfidentialClientRefreshesWithAProofOrForOtherScopes(Addresses addresses) {
    AuthorizationFlow flow =
        authorizeAt(addresses)
            .with("client_id", "expensicat-web")
            .with("redirect_uri", "http://localhost:3000/callback")
            .with("scope", "transactions:read banking:read");
    JsonNode tokens = redeem(flow.pushed(WEB), proving(WEB, addresses, DPoPKey.random())).json();
    Parameters refresh = DemoApp.refreshRequest(tokens).without("client_id");

    assertError(WEB.post(addresses.token(SERVER), refresh), 400, "invalid_dpop_proof");
    Answer narrower = WEB.post(addresses.token(SERVER), refresh.with("scope", "transactions:read"));
    assertThat(narrower.status()).as(narrower::summary).isEqualTo(200);
    assertThat(narrower.json().path("scope").asText()).isEqualTo("transactions:read");
    Parameters again = DemoApp.refreshRequest(narrower.json()).without("client_id");
    assertError(
        WEB.post(addresses.token(SERVER), again.with("scope", "banking:read")),
        400,
        "invalid_dpop_proof");
    assertThat(
            proving(WEB, addresses, DPoPKey.random())
                .post(addresses.token(SERVER), again)
                .json()
                .path("token_type")
                .asText())
        .isEqualTo("DPoP");
  }

  @ParameterizedTest
  @EnumSource
  void whatThePersonDeclinedNeedsNoProof(Addresses addresses) {
    try (NewPerson person = NewPerson.join()) {
      AuthorizationFlow flow =
          authorizeAt(addresses)
              .as(person.person())
              .with("scope", "transactions:read banking:read");
      AuthorizationFlow pushed = flow.pushed(PUBLIC);
      Browser browser = new Browser();
      Answer consent = pushed.signIn(browser);
      Answer back =
          browser.follow(
              browser.consent(
                  consent, data -> data.without("scope", "banking:read").with("accept", "Yes")));

      Answer tokens =
          PUBLIC.post(
              addresses.token(SERVER), flow.tokenRequest(pushed.callback(back).get("code")));

      assertThat(tokens.status()).as(tokens::summary).isEqualTo(200);
      assertThat(tokens.json().path("scope").asText()).isEqualTo("transactions:read");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anApplicationThatActsForItselfProvesItsKeyToo(Addresses addresses) throws Throwable {
    ADMIN.withClient(
        Json.object(
            "{'clientId':'robot','secret':'robot','serviceAccountsEnabled':true,"
                + "'standardFlowEnabled':false,'attributes':{'expensicat.first-party':'true'}}"),
        () -> {
          TokenClient robot = TokenClient.basic("robot", "robot");
          Parameters request = Parameters.of("grant_type", "client_credentials");
          URI token = addresses.token(SERVER);
          assertThat(robot.post(token, request).status()).isEqualTo(200);

          String scope = ADMIN.clientScope("team:admin").path("id").asText();
          ADMIN.delete(ADMIN.clientPath("robot") + "/optional-client-scopes/" + scope);
          ADMIN.put(ADMIN.clientPath("robot") + "/default-client-scopes/" + scope, null);

          assertError(robot.post(token, request), 400, "invalid_dpop_proof");
          assertError(
              robot.post(token, request.with("scope", "team:admin")), 400, "invalid_dpop_proof");
          Answer bound = proving(robot, addresses, DPoPKey.random()).post(token, request);
          assertThat(bound.status()).as(bound::summary).isEqualTo(200);
          assertThat(bound.json().path("token_type").asText()).isEqualTo("DPoP");
        });
  }

  @ParameterizedTest
  @EnumSource
  void anExchangeGivesTheseScopesToAKeyAlone(Addresses addresses) throws Exception {
    try (TestIssuer issuer =
        TestIssuer.trusted(
            SERVER, "constrained-policy", Map.of("exchangeClients", "expensicat-web"))) {
      String session = issuer.session().compact();
      Parameters request = SessionExchange.request(session, "banking:read");

      assertError(SessionExchange.WEB.send(addresses, request), 400, "invalid_dpop_proof");
      Answer bound =
          proving(WEB, addresses, DPoPKey.random()).post(addresses.token(SERVER), request);
      assertThat(bound.status()).as(bound::summary).isEqualTo(200);
      assertThat(bound.json().path("token_type").asText()).isEqualTo("DPoP");
      assertThat(
              SessionExchange.WEB
                  .send(addresses, SessionExchange.request(session, "transactions:read"))
                  .status())
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource
  void eitherMayBeRequiredByItself(Addresses addresses) throws Throwable {
    withConfiguration(
        "{'require':['dpop'],'scopes':['banking:*']}",
        () -> {
          AuthorizationFlow flow = authorizeAt(addresses).with("scope", "banking:read");
          assertError(redeem(flow, PUBLIC), 400, "invalid_dpop_proof");
          assertThat(redeem(flow, proving(PUBLIC, addresses, DPoPKey.random())).status())
              .isEqualTo(200);
          assertThat(redeem(flow.with("scope", "team:admin"), PUBLIC).status()).isEqualTo(200);
        });
    withConfiguration(
        "{'require':['par'],'scopes':['team:admin']}",
        () -> {
          AuthorizationFlow flow = authorizeAt(addresses).with("scope", "team:admin");
          assertThat(flow.callback(flow.start(new Browser())).get("error"))
              .isEqualTo("invalid_request");
          assertThat(redeem(flow.pushed(PUBLIC), PUBLIC).status()).isEqualTo(200);
          assertThat(redeem(flow.with("scope", "banking:read"), PUBLIC).status()).isEqualTo(200);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'require':[],'scopes':[]}", "{'require':null,'scopes':null}"})
  void whereNothingIsChosenAllIsRequired(String configuration) throws Throwable {
    withConfiguration(
        configuration,
        () -> {
          AuthorizationFlow flow = authorizeAt(Addresses.PACK).with("scope", "team:admin");
          assertThat(flow.callback(flow.start(new Browser())).get("error"))
              .isEqualTo("invalid_request");
          assertError(redeem(flow.pushed(PUBLIC), PUBLIC), 400, "invalid_dpop_proof");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'require':['mtls']}", "{'require':['dpop','PAR']}"})
  void aRequirementThatIsUnknownIsToldTheAdmin(String configuration) {
    ObjectNode profiles = (ObjectNode) ADMIN.get(PROFILES);
    configure(profiles, configuration);

    assertThat(ADMIN.send("PUT", PROFILES, profiles).status()).isEqualTo(400);
  }

  private static void configure(ObjectNode profiles, String configuration) {
    ((ObjectNode) named(profiles.path("profiles")).at("/executors/0"))
        .set("configuration", Json.object(configuration));
  }

  private static void withConfiguration(String configuration, Executable test) throws Throwable {
    ADMIN.withChange(PROFILES, profiles -> configure(profiles, configuration), test);
  }

  private static TokenClient proving(TokenClient client, Addresses addresses, DPoPKey key) {
    return client.header("DPoP", key.proof("POST", addresses.token(SERVER)));
  }

  private static Answer redeem(AuthorizationFlow flow, TokenClient client) {
    return flow.tokens(BROWSER, BodyKind.FORM, client);
  }
}
