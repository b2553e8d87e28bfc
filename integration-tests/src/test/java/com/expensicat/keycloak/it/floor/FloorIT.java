package com.expensicat.keycloak.it.floor;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever an admin sets: no code without S256, no redirect that is not registered. */
class FloorIT {

  private static final String POLICIES = "/client-policies/policies";
  private static final String PROFILES = "/client-policies/profiles";

  private final KeycloakServer server = KeycloakServer.shared();
  private final AdminApi admin = server.admin();

  @Test
  void withThePolicyDisabledNothingChanges() throws Throwable {
    withPolicies(
        policies ->
            policies
                .path("policies")
                .forEach(policy -> ((ObjectNode) policy).put("enabled", false)),
        this::assertFloorHolds);
  }

  @Test
  void withPolicyAndProfileDeletedNothingChanges() throws Throwable {
    JsonNode profiles = admin.get(PROFILES);
    withPolicies(
        policies -> policies.putArray("policies"),
        () -> {
          admin.put(PROFILES, Map.of("profiles", List.of()));
          try {
            assertFloorHolds();
          } finally {
            admin.put(PROFILES, profiles);
          }
        });
  }

  @Test
  void withTheMethodSetToPlainNothingChanges() throws Throwable {
    withDemoApp(
        client -> client.withObject("/attributes").put("pkce.code.challenge.method", "plain"),
        () -> {
          assertThat(
                  admin
                      .client(AuthorizationFlow.DEMO_APP)
                      .at("/attributes/pkce.code.challenge.method")
                      .asText())
              .isEqualTo("S256");
          assertFloorHolds();
        });
  }

  @Test
  void withImplicitHybridAndPasswordSwitchedOnNothingChanges() throws Throwable {
    withPolicies(
        policies -> policies.putArray("policies"),
        () ->
            withDemoApp(
                client ->
                    client
                        .put("implicitFlowEnabled", true)
                        .put("directAccessGrantsEnabled", true)
                        .withObject("/attributes")
                        .put("oauth2.device.authorization.grant.enabled", "true")
                        .put("oidc.ciba.grant.enabled", "true"),
                () -> {
                  assertFloorHolds();
                  for (Addresses addresses : Addresses.values()) {
                    assertPasswordIsRefused(addresses);
                    for (String type :
                        List.of("token", "id_token", "code id_token", "code token", "none")) {
                      assertRefused(
                          authorizeAt(addresses).with("response_type", type).with("nonce", "n"),
                          "unsupported_response_type");
                    }
                  }
                  Answer device =
                      TokenClient.anonymous()
                          .post(
                              URI.create(Addresses.KEYCLOAK.authorize(server) + "/device"),
                              authorizeAt(Addresses.KEYCLOAK).parameters().without("redirect_uri"));
                  assertThat(device.status()).as(device::summary).isEqualTo(400);
                  assertThat(device.json().path("error").asText())
                      .isEqualTo("unsupported_grant_type");
                }));
  }

  private void assertPasswordIsRefused(Addresses addresses) {
    assertError(
        TokenClient.anonymous()
            .post(
                addresses.token(server),
                Parameters.of(
                    "grant_type", "password",
                    "client_id", AuthorizationFlow.DEMO_APP,
                    "username", "demo",
                    "password", "demo")),
        400,
        "unsupported_grant_type");
  }

  @ParameterizedTest
  @EnumSource
  void aConfidentialClientNeedsS256AsMuchAsAPublicOne(Addresses addresses) {
    AuthorizationFlow web =
        authorizeAt(addresses)
            .with("client_id", "expensicat-web")
            .with("redirect_uri", "http://localhost:3000/callback");

    assertRefused(web.without("code_challenge"), "invalid_request");
    assertRefused(web.with("code_challenge_method", "plain"), "invalid_request");
    assertThat(web.callback(new Browser()).find("code")).isPresent();
  }

  @ParameterizedTest
  @EnumSource
  void whatARequestObjectSaysCountsAsMuchAsWhatTheQuerySays(Addresses addresses)
      throws JOSEException {
    AuthorizationFlow plain =
        authorizeAt(addresses)
            .with("request", requestObject(Map.of("code_challenge_method", "plain")));
    AuthorizationFlow elsewhere =
        authorizeAt(addresses)
            .with("request", requestObject(Map.of("redirect_uri", "https://evil.example/")));

    assertRefused(plain, "invalid_request");
    assertThat(elsewhere.start(new Browser()).status()).isEqualTo(400);
    assertError(
        TokenClient.anonymous().post(addresses.par(server), plain.parameters()),
        400,
        "invalid_request");
  }

  private static String requestObject(Map<String, String> claims) {
    JWTClaimsSet.Builder set = new JWTClaimsSet.Builder();
    Map<String, String> all =
        Map.of("client_id", AuthorizationFlow.DEMO_APP, "response_type", "code");
    all.forEach(set::claim);
    claims.forEach(set::claim);
    return new PlainJWT(set.build()).serialize();
  }

  @ParameterizedTest
  @EnumSource
  void aWildcardMatchesNothing(Addresses addresses) throws Throwable {
    admin.withClient(
        Json.object(
            "{'clientId':'wild','publicClient':true,"
                + "'redirectUris':['https://app.example/*','*','https://app.example/exact']}"),
        () -> {
          AuthorizationFlow wild = authorizeAt(addresses).with("client_id", "wild");
          for (String redirectUri :
              List.of(
                  "https://app.example/any", "https://evil.example/", "https://app.example/*")) {
            Answer answer = wild.with("redirect_uri", redirectUri).start(new Browser());
            assertThat(answer.status()).as(answer::summary).isEqualTo(400);
            assertThat(answer.location()).isEmpty();
          }
          Answer exact =
              wild.with("redirect_uri", "https://app.example/exact").start(new Browser());
          assertThat(exact.form(Browser.LOGIN_FORM)).as(exact::summary).isPresent();
        });
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:9876/callback, expensicat-demo-app",
    "https://app.example/any, wild"
  })
  void aLoginThatBeganWithoutARequestEndsWithoutACode(String redirectUri, String clientId)
      throws Throwable {
    String flow = passwordResetWithoutMail();
    JsonNode forgetful =
        Json.object(
            "{'username':'forgetful','enabled':true,'email':'forgetful@expensicat.test',"
                + "'credentials':[{'type':'password','value':'forgotten'}]}");
    admin.withRealmChange(
        realm -> realm.put("resetPasswordAllowed", true).put("resetCredentialsFlow", flow),
        () ->
            admin.withUser(
                forgetful,
                () ->
                    admin.withClient(
                        Json.object(
                            "{'clientId':'wild','publicClient':true,"
                                + "'redirectUris':['https://app.example/*']}"),
                        () -> assertPasswordResetGivesNoCode(redirectUri, clientId))));
  }

  /** Keycloak's own flow without its mail, which would need a mail server. */
  private String passwordResetWithoutMail() {
    String flow = "reset " + UUID.randomUUID();
    admin.post(
        "/authentication/flows/reset%20credentials/copy", Json.object("{}").put("newName", flow));
    String executions = "/authentication/flows/" + flow.replace(" ", "%20") + "/executions";
    for (JsonNode execution : admin.get(executions)) {
      if ("reset-credential-email".equals(execution.path("providerId").asText())) {
        admin.put(executions, ((ObjectNode) execution).put("requirement", "DISABLED"));
      }
    }
    return flow;
  }

  private void assertPasswordResetGivesNoCode(String redirectUri, String clientId) {
    Browser browser = new Browser();
    Parameters query = Parameters.of("client_id", clientId, "redirect_uri", redirectUri);
    Answer page =
        browser.open(
            URI.create(server.realmUrl() + "/login-actions/reset-credentials?" + query.encoded()));
    page =
        browser.follow(
            browser.submit(
                page.form("form:has([name=username])").orElseThrow(),
                form -> form.with("username", "forgetful")));
    page =
        browser.follow(
            browser.submit(
                page.form("form:has([name=password-new])").orElseThrow(),
                form ->
                    form.with("password-new", "remembered")
                        .with("password-confirm", "remembered")));
    Answer end = browser.acceptWhereAsked(page);

    if (clientId.equals("wild")) {
      assertThat(end.status()).as(end::summary).isEqualTo(400);
      assertThat(end.location()).isEmpty();
      return;
    }
    assertThat(end.location().map(URI::getRawQuery).map(Parameters::decode))
        .as(end::summary)
        .hasValueSatisfying(
            callback -> {
              assertThat(callback.find("code")).isEmpty();
              assertThat(callback.get("error")).isEqualTo("invalid_request");
              assertThat(callback.get("iss")).isEqualTo(server.realmUrl());
            });
  }

  @Test
  void newAndChangedClientsUseS256AndAskForConsentByThemselves() throws Throwable {
    admin.withClient(
        Json.object(
            "{'clientId':'fresh','publicClient':true,'consentRequired':false,"
                + "'redirectUris':['http://127.0.0.1:1234/cb','https://fresh.example/cb']}"),
        () -> {
          admin.updateClient("fresh", client -> client.put("consentRequired", false));
          JsonNode client = admin.client("fresh");
          assertThat(client.at("/attributes/pkce.code.challenge.method").asText())
              .isEqualTo("S256");
          assertThat(client.path("consentRequired").asBoolean()).isTrue();
          assertThat(client.path("redirectUris"))
              .extracting(JsonNode::asText)
              .containsExactlyInAnyOrder("http://127.0.0.1:1234/cb", "https://fresh.example/cb");

          admin.updateClient(
              "fresh",
              changed ->
                  changed
                      .put("consentRequired", false)
                      .withObject("/attributes")
                      .put("expensicat.first-party", "true"));
          assertThat(admin.client("fresh").path("consentRequired").asBoolean()).isFalse();
        });
  }

  @Test
  void masterAndItsConsoleStayAsTheyAre() {
    AuthorizationFlow console =
        authorizeAt(Addresses.KEYCLOAK)
            .edit(
                request ->
                    Parameters.of(
                        "client_id",
                        "security-admin-console",
                        "redirect_uri",
                        server.baseUrl() + "/admin/master/console/",
                        "response_type",
                        "code",
                        "response_mode",
                        "query",
                        "scope",
                        "openid",
                        "state",
                        "s",
                        "code_challenge",
                        request.get("code_challenge"),
                        "code_challenge_method",
                        "S256"));
    Browser browser = new Browser();
    String master = server.baseUrl() + "/realms/master/protocol/openid-connect";
    Answer login = browser.open(URI.create(master + "/auth?" + console.parameters().encoded()));
    Answer back = browser.signIn(login, new Person("admin", "admin"));

    Parameters callback = console.callback(back);
    Answer tokens =
        TokenClient.anonymous()
            .post(URI.create(master + "/token"), console.tokenRequest(callback.get("code")));

    assertThat(tokens.status()).as(tokens::summary).isEqualTo(200);
    assertThat(
            TokenClient.bearer(tokens.json().path("access_token").asText())
                .get(URI.create(server.baseUrl() + "/admin/realms/expensicat"))
                .status())
        .isEqualTo(200);
  }

  @Test
  void theAccountConsoleOfTheRealmStillSignsIn() {
    AuthorizationFlow console =
        authorizeAt(Addresses.KEYCLOAK)
            .with("client_id", "account-console")
            .with("redirect_uri", server.realmUrl() + "/account/applications")
            .with("scope", "openid");
    Browser browser = new Browser();
    Answer back = browser.signIn(console.start(browser), Person.DEMO);

    assertThat(console.callback(back).find("code")).isPresent();
    assertThat(
            console
                .with("redirect_uri", server.realmUrl() + "/account/..;/evil")
                .start(new Browser())
                .status())
        .isEqualTo(400);
  }

  /** The rules at each address, and that a good request still goes through. */
  private void assertFloorHolds() {
    for (Addresses addresses : Addresses.values()) {
      AuthorizationFlow flow = authorizeAt(addresses).with("scope", "transactions:read");
      assertRefused(flow.without("code_challenge"), "invalid_request");
      assertRefused(flow.without("code_challenge_method"), "invalid_request");
      assertRefused(flow.with("code_challenge_method", "plain"), "invalid_request");
      assertError(
          TokenClient.anonymous()
              .post(
                  addresses.par(server), flow.with("code_challenge_method", "plain").parameters()),
          400,
          "invalid_request");
      Parameters request = flow.tokenRequest(flow.callback(new Browser()).get("code"));
      assertError(
          TokenClient.anonymous()
              .post(addresses.token(server), request.with("code_verifier", "b".repeat(43))),
          400,
          "invalid_grant");
      Answer tokens = flow.tokens();
      assertThat(tokens.status()).as(tokens::summary).isEqualTo(200);
    }
  }

  private static void assertRefused(AuthorizationFlow flow, String error) {
    Parameters callback = flow.callback(flow.start(new Browser()));
    assertThat(callback.get("error")).isEqualTo(error);
    assertThat(callback.find("code")).isEmpty();
  }

  private void withDemoApp(Consumer<ObjectNode> change, Executable test) throws Throwable {
    admin.withClientChange(AuthorizationFlow.DEMO_APP, change, test);
  }

  private void withPolicies(Consumer<ObjectNode> change, Executable test) throws Throwable {
    admin.withChange(POLICIES, change, test);
  }
}
