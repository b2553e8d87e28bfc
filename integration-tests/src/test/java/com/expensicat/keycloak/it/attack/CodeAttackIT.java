package com.expensicat.keycloak.it.attack;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.AtOnce;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Pkce;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Attacks on authorization codes and on the pushed requests before them. */
class CodeAttackIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final TokenClient ANYBODY = TokenClient.anonymous();
  private static final TokenClient WEB =
      TokenClient.basic("expensicat-web", "expensicat-web-dev-secret");
  private static final String SCOPE = "transactions:read";
  private static final String OTHER_APP = "other-app";
  private static final String OTHER_CALLBACK = "https://other.example/cb";

  /** Somebody is signed in here and has agreed. */
  private static final Browser BROWSER = new Browser();

  private static NewPerson person;

  @BeforeAll
  static void prepare() {
    ADMIN.createClient(otherApp());
    person = NewPerson.join();
  }

  private static JsonNode otherApp() {
    return Json.object(
        "{'clientId':'%s','publicClient':true,'redirectUris':['%s']}"
            .formatted(OTHER_APP, OTHER_CALLBACK));
  }

  @AfterAll
  static void cleanUp() {
    ADMIN.deleteClient(OTHER_APP);
    person.close();
  }

  private static AuthorizationFlow flow(Attack attack) {
    return authorizeAt(attack.addresses()).as(person.person()).with("scope", SCOPE);
  }

  private static String code(AuthorizationFlow flow) {
    return flow.callback(BROWSER).get("code");
  }

  private static Answer redeem(Attack attack, Parameters request) {
    return ANYBODY.post(attack.addresses().token(SERVER), request);
  }

  private static void assertGrantRefused(Attack attack, Parameters request) {
    attack.assertRefused(redeem(attack, request), 400, "invalid_grant");
  }

  @AttackTest("C01")
  void aCodeUsedTwiceEndsTheTokensOfTheFirstUse(Attack attack) {
    AuthorizationFlow flow = flow(attack);
    Parameters request = flow.tokenRequest(code(flow));
    JsonNode tokens = redeem(attack, request).json();

    assertGrantRefused(attack, request);

    attack.assertEnded(tokens);
  }

  @AttackTest("C02")
  void ofFiftyRedemptionsAtOneInstantOneWinsAtMostAndItsTokensEnd(Attack attack) {
    AuthorizationFlow flow = flow(attack);
    Parameters request = flow.tokenRequest(code(flow));

    List<Answer> answers = AtOnce.run(50, () -> redeem(attack, request));

    attack.assertOneWinsAtMostAndItsTokensEnd(answers);
  }

  @AttackTest("C03")
  void aVerifierIsGuessedOnce(Attack attack) {
    AuthorizationFlow flow = flow(attack);
    Parameters request = flow.tokenRequest(code(flow));

    assertGrantRefused(attack, request.with("code_verifier", Pkce.random().codeVerifier()));
    assertGrantRefused(attack, request);
  }

  @AttackTest("C04")
  void aVictimsCodeIsNoGoodInTheAttackersSession(Attack attack) {
    try (NewPerson attacker = NewPerson.join()) {
      AuthorizationFlow own = flow(attack).as(attacker.person());
      own.callback(new Browser());

      assertGrantRefused(attack, own.tokenRequest(code(flow(attack))));
    }
  }

  @AttackTest("C05")
  void aCodeNeedsTheVerifierOfItsOwnRequest(Attack attack) {
    AuthorizationFlow one = flow(attack);
    AuthorizationFlow two = authorizeAt(attack.addresses()).with("scope", SCOPE);

    assertGrantRefused(attack, two.tokenRequest(code(one)));
  }

  @AttackTest("C06")
  void aChallengeReplayedForAnotherClientGivesNoCodeForTheFirst(Attack attack) {
    AuthorizationFlow victim = flow(attack);
    AuthorizationFlow replayed =
        victim.with("client_id", OTHER_APP).with("redirect_uri", OTHER_CALLBACK);

    assertGrantRefused(attack, victim.tokenRequest(code(replayed)));
    assertGrantRefused(
        attack, victim.tokenRequest(code(replayed)).with("redirect_uri", OTHER_CALLBACK));
  }

  @AttackTest("C07")
  void aCodeThatWasEditedToNameAnotherClientIsNoneForEither(Attack attack) {
    AuthorizationFlow flow = flow(attack);
    AuthorizationFlow other =
        flow.with("client_id", OTHER_APP).with("redirect_uri", OTHER_CALLBACK);
    code(other);
    String otherId = ADMIN.client(OTHER_APP).path("id").asText();

    for (String clientId : List.of(OTHER_APP, AuthorizationFlow.DEMO_APP)) {
      String[] parts = code(flow).split("\\.", 3);
      Parameters request =
          flow.tokenRequest(parts[0] + '.' + parts[1] + '.' + otherId).with("client_id", clientId);
      assertGrantRefused(attack, request);
      assertGrantRefused(attack, request.with("redirect_uri", OTHER_CALLBACK));
    }
  }

  @AttackTest("C08")
  void aCodeThatWasEditedToNameAnotherSessionIsNone(Attack attack) {
    try (NewPerson other = NewPerson.join()) {
      AuthorizationFlow flow = flow(attack);
      String[] own = code(flow).split("\\.", 3);
      String[] others = flow.as(other.person()).callback(new Browser()).get("code").split("\\.", 3);

      assertGrantRefused(attack, flow.tokenRequest(own[0] + '.' + others[1] + '.' + own[2]));
    }
  }

  @AttackTest("C09")
  void nothingElseThatIsUsedOnceIsACode(Attack attack) {
    AuthorizationFlow flow = flow(attack);
    String[] code = code(flow).split("\\.", 3);
    redeem(attack, flow.tokenRequest(String.join(".", code)));
    flow.callback(BROWSER);
    String pushed = requestUri(push(attack, flow));

    for (String name :
        List.of(
            pushed, pushed.substring(pushed.lastIndexOf(':') + 1), "code:" + code[0], code[0])) {
      assertGrantRefused(attack, flow.tokenRequest(name + '.' + code[1] + '.' + code[2]));
    }
  }

  @AttackTest("C10")
  void aCodeOfTheMasterRealmIsNone(Attack attack) {
    String console = "security-admin-console";
    String consolePage = SERVER.baseUrl() + "/admin/master/console/";
    AuthorizationFlow master =
        authorizeAt(Addresses.KEYCLOAK)
            .with("client_id", console)
            .with("redirect_uri", consolePage)
            .with("scope", "openid");
    Browser browser = new Browser();
    Answer login =
        browser.open(
            URI.create(
                SERVER.baseUrl()
                    + "/realms/master/protocol/openid-connect/auth?"
                    + master.parameters().encoded()));
    String code = master.callback(browser.signIn(login, ServerProcess.ADMIN)).get("code");

    for (Parameters request :
        List.of(
            master.tokenRequest(code),
            master
                .tokenRequest(code)
                .with("client_id", AuthorizationFlow.DEMO_APP)
                .with("redirect_uri", AuthorizationFlow.CALLBACK))) {
      assertGrantRefused(attack, request);
    }
  }

  @AttackTest("C11")
  void aCodeEndsWithItsLifetime(Attack attack) throws Throwable {
    ADMIN.withRealmChange(
        realm -> realm.put("accessCodeLifespan", 1),
        () -> {
          AuthorizationFlow flow = flow(attack);
          Parameters request = flow.tokenRequest(code(flow));
          Thread.sleep(2100);
          assertGrantRefused(attack, request);
        });
  }

  @AttackTest("C12")
  void aCodeEndsWithItsUser(Attack attack) throws Throwable {
    try (NewPerson somebody = NewPerson.join()) {
      AuthorizationFlow flow = flow(attack).as(somebody.person());
      Parameters request = flow.tokenRequest(flow.callback(new Browser()).get("code"));

      ADMIN.withChange(
          somebody.path(),
          user -> user.put("enabled", false),
          () -> assertGrantRefused(attack, request));

      assertGrantRefused(attack, request);
    }
  }

  @AttackTest("C13")
  void aCodeEndsWithItsClient(Attack attack) throws Throwable {
    AuthorizationFlow flow =
        flow(attack).with("client_id", OTHER_APP).with("redirect_uri", OTHER_CALLBACK);
    Parameters request = flow.tokenRequest(code(flow));

    ADMIN.withClientChange(
        OTHER_APP,
        client -> client.put("enabled", false),
        () -> attack.assertRefused(redeem(attack, request), 401, "invalid_client"));
  }

  @AttackTest("C14")
  void aCodeEndsWithTheSession(Attack attack) {
    try (NewPerson somebody = NewPerson.join()) {
      AuthorizationFlow flow = flow(attack).as(somebody.person());
      Parameters request = flow.tokenRequest(flow.callback(new Browser()).get("code"));

      ADMIN.post(somebody.path() + "/logout", null);

      assertGrantRefused(attack, request);
    }
  }

  @AttackTest("C15")
  void aCodeEndsWithTheConsent(Attack attack) {
    try (NewPerson somebody = NewPerson.join()) {
      AuthorizationFlow flow = flow(attack).as(somebody.person());
      Parameters request = flow.tokenRequest(flow.callback(new Browser()).get("code"));

      ADMIN.delete(somebody.path() + "/consents/" + AuthorizationFlow.DEMO_APP);

      assertGrantRefused(attack, request);
    }
  }

  private static Answer push(Attack attack, AuthorizationFlow flow) {
    return ANYBODY.post(attack.addresses().par(SERVER), flow.parameters());
  }

  private static String requestUri(Answer pushed) {
    assertThat(pushed.status()).as(pushed::summary).isEqualTo(201);
    return pushed.json().path("request_uri").asText();
  }

  /** What a browser is sent with after a request was pushed (RFC 9126 4). */
  private static AuthorizationFlow pushed(AuthorizationFlow flow, String requestUri) {
    return flow.edit(
        request ->
            Parameters.of(
                "client_id", request.get("client_id"),
                "request_uri", requestUri,
                "redirect_uri", request.get("redirect_uri")));
  }

  private static void assertPage(Answer answer) {
    assertThat(answer.status()).as(answer::summary).isEqualTo(400);
    assertThat(answer.location()).isEmpty();
  }

  @AttackTest("C16")
  void aPushedRequestIsItsClientsOwn(Attack attack) {
    String requestUri = requestUri(push(attack, flow(attack)));

    assertPage(
        flow(attack)
            .edit(request -> Parameters.of("client_id", OTHER_APP, "request_uri", requestUri))
            .start(BROWSER));
  }

  @AttackTest("C17")
  void aPushedRequestIsUsedOnce(Attack attack) {
    AuthorizationFlow flow = flow(attack);
    AuthorizationFlow pushed = pushed(flow, requestUri(push(attack, flow)));
    assertThat(pushed.callback(BROWSER).find("code")).isPresent();

    assertPage(pushed.start(BROWSER));
  }

  @AttackTest("C18")
  void nothingBesideAPushedRequestCounts(Attack attack) {
    AuthorizationFlow flow = flow(attack);
    AuthorizationFlow beside =
        pushed(flow, requestUri(push(attack, flow)))
            .edit(
                request ->
                    request
                        .with("code_challenge", Pkce.random().codeChallenge())
                        .with("code_challenge_method", "plain")
                        .with("scope", "transactions:read team:admin")
                        .with("state", "forged"));

    Parameters told = flow.callback(beside.start(BROWSER));

    assertThat(told.get("error")).isEqualTo("invalid_request");
    assertThat(told.get("state")).isEqualTo(flow.parameters().get("state"));
    assertThat(told.find("code")).isEmpty();
    AuthorizationFlow alone =
        beside.edit(
            request ->
                Parameters.of(
                    "client_id", request.get("client_id"),
                    "request_uri", request.get("request_uri")));
    Answer tokens =
        redeem(attack, flow.tokenRequest(flow.callback(alone.signIn(BROWSER)).get("code")));
    assertThat(tokens.json().path("scope").asText()).as(tokens::summary).isEqualTo(SCOPE);

    AuthorizationFlow implicit =
        pushed(flow, requestUri(push(attack, flow))).with("response_type", "token");
    Parameters refused = flow.callback(implicit.start(BROWSER));
    assertThat(refused.get("error")).isEqualTo("invalid_request");
    assertThat(refused.names()).doesNotContain("code", "access_token");
  }

  @AttackTest("C19")
  void noCookieHoldsAPushedRequest(Attack attack) {
    Browser browser = new Browser();
    AuthorizationFlow flow = flow(attack).with("nonce", "nonce-" + Instant.now().toEpochMilli());

    Answer page = pushed(flow, requestUri(push(attack, flow))).start(browser);

    assertThat(page.form(Browser.LOGIN_FORM)).as(page::summary).isPresent();
    assertThat(browser.cookies().all())
        .isNotEmpty()
        .allSatisfy(
            cookie ->
                assertThat(readings(cookie.value()))
                    .noneMatch(text -> text.contains(flow.parameters().get("state")))
                    .noneMatch(text -> text.contains(flow.parameters().get("nonce")))
                    .noneMatch(text -> text.contains(flow.pkce().codeChallenge())));
  }

  /** A value as it is, and its parts decoded. */
  private static List<String> readings(String value) {
    return Stream.concat(Stream.of(value), Stream.of(value.split("\\.")).map(CodeAttackIT::decoded))
        .toList();
  }

  private static String decoded(String part) {
    try {
      return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  @AttackTest("C20")
  void theAuthenticationOfAnotherClientRedeemsNothing(Attack attack) {
    AuthorizationFlow flow = flow(attack);

    attack.assertRefused(
        WEB.post(
            attack.addresses().token(SERVER), flow.tokenRequest(code(flow)).without("client_id")),
        400,
        "invalid_grant");
  }
}
