package com.expensicat.keycloak.it.authorize;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Cases;
import com.expensicat.keycloak.it.support.oauth.Registration;
import com.expensicat.keycloak.it.support.oauth.RequestObject;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Request objects that are signed (RFC 9101), pushed (RFC 9126) or both. */
class RequestObjectIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final String APP = "signing-app";
  private static final String CALLBACK = "https://signing.example/cb";
  private static final String SCOPE = "transactions:read";
  private static final SigningKey KEY = SigningKey.es256("requests");
  private static final TokenClient ITSELF = TokenClient.basic(APP, "signing-secret");
  private static final Browser BROWSER = new Browser();

  private static NewPerson person;

  @BeforeAll
  static void prepare() {
    person = NewPerson.join();
    var client =
        Json.object(
            "{'clientId':'signing-app','secret':'signing-secret','redirectUris':['%s']}"
                .formatted(CALLBACK));
    client
        .withObject("/attributes")
        .put("request.object.signature.alg", KEY.alg())
        .put("request.object.required", "not required")
        .put("use.jwks.string", "true")
        .put("jwks.string", Json.write(Map.of("keys", List.of(KEY.jwk().put("use", "sig")))));
    ADMIN.createClient(client);
  }

  @AfterAll
  static void cleanUp() {
    ADMIN.deleteClient(APP);
    person.close();
  }

  private static AuthorizationFlow flow(Addresses addresses) {
    return authorizeAt(addresses)
        .as(person.person())
        .with("client_id", APP)
        .with("redirect_uri", CALLBACK)
        .with("scope", SCOPE);
  }

  private static Parameters signed(Parameters request, String claims) {
    return Parameters.of(
        "client_id",
        APP,
        "request",
        RequestObject.signed(
            Registration.changed(RequestObject.claims(request), RequestObject.change(claims)),
            KEY));
  }

  private static String scope(AuthorizationFlow flow, Answer answer) {
    Answer tokens =
        ITSELF.post(
            flow.addresses().token(SERVER), flow.tokenRequest(flow.callback(answer).get("code")));
    assertThat(tokens.status()).as(tokens::summary).isEqualTo(200);
    return tokens.json().path("scope").asText();
  }

  private static void assertTold(AuthorizationFlow flow, Answer answer, String error) {
    Parameters callback = flow.callback(answer);
    assertThat(callback.get("error")).isEqualTo(error);
    assertThat(callback.get("state")).isEqualTo(flow.parameters().get("state"));
    assertThat(callback.get("iss")).isEqualTo(SERVER.realmUrl());
    assertThat(callback.get("error_description")).isNotBlank();
    assertThat(callback.find("code")).isEmpty();
    assertThat(answer.header("Cache-Control").orElseThrow()).contains("no-store");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "PACK,     {'exp':NOW-60}",
        "KEYCLOAK, {'exp':NOW-60}",
        "PACK,     {'nbf':NOW+60}",
        "KEYCLOAK, {'nbf':NOW+60}",
        "PACK,     {'aud':'https://another.example'}",
        "KEYCLOAK, {'aud':'https://another.example'}"
      })
  void aSignatureDoesNotMakeUpForTimeAndAudience(Addresses addresses, String claims) {
    AuthorizationFlow flow = flow(addresses);
    Parameters request = signed(flow.parameters(), claims);

    assertTold(flow, flow.edit(all -> request).start(BROWSER), "invalid_request_object");
    assertError(ITSELF.post(addresses.par(SERVER), request), 400, "invalid_request_object");
  }

  @ParameterizedTest
  @EnumSource
  void aSignedRequestThatIsGoodLeadsToACode(Addresses addresses) {
    AuthorizationFlow flow = flow(addresses);
    Parameters request =
        signed(flow.parameters(), "{'exp':NOW+60,'nbf':NOW+5,'aud':'ISSUER','iss':'signing-app'}");

    assertThat(scope(flow, BROWSER.acceptWhereAsked(flow.edit(all -> request).signIn(BROWSER))))
        .isEqualTo(SCOPE);
  }

  /** OpenID Connect Core 6.1 has these in the query too; of the object's own nothing is changed. */
  @ParameterizedTest
  @EnumSource
  void whatIsRepeatedBesideASignedRequestCountsForNothing(Addresses addresses) {
    AuthorizationFlow flow = flow(addresses).with("prompt", "login");
    AuthorizationFlow beside =
        flow.edit(
            all ->
                signed(all, "{}")
                    .with("response_type", "code")
                    .with("scope", "openid team:admin")
                    .with("redirect_uri", "https://signing.example/")
                    .with("prompt", "create"));

    assertThat(scope(flow, BROWSER.acceptWhereAsked(beside.signIn(BROWSER)))).isEqualTo(SCOPE);
  }

  @ParameterizedTest
  @EnumSource
  void whatASignedRequestDoesNotHoldIsNotFilledFromTheQuery(Addresses addresses) {
    AuthorizationFlow flow = flow(addresses);
    for (String name : List.of("scope", "redirect_uri")) {
      AuthorizationFlow beside =
          flow.edit(
              all ->
                  signed(all.without(name), "{}")
                      .with(name, name.equals("scope") ? "team:admin" : CALLBACK));

      assertTold(flow, beside.start(BROWSER), "invalid_request");
    }
    AuthorizationFlow untold =
        flow.edit(
            all ->
                signed(all.without("redirect_uri"), "{}")
                    .with("redirect_uri", "https://evil.example/"));
    assertThat(untold.start(BROWSER).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @EnumSource
  void whatWasNotPushedIsNotFilledFromTheQuery(Addresses addresses) {
    AuthorizationFlow flow = flow(addresses).without("scope").without("state");
    AuthorizationFlow pushed = flow.pushed(ITSELF).without("redirect_uri");
    for (String name : List.of("scope", "state", "nonce")) {
      Answer answer = pushed.with(name, "team:admin").start(BROWSER);

      Parameters callback = flow.callback(answer);
      assertThat(callback.get("error")).isEqualTo("invalid_request");
      assertThat(callback.names()).contains("iss").doesNotContain("state", "code");
    }
    assertThat(scope(flow, BROWSER.acceptWhereAsked(pushed.signIn(BROWSER)))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void ofAPushedRequestObjectItsClaimsCountAndNotWhatWasPushedBeside(Addresses addresses) {
    AuthorizationFlow flow = flow(addresses);
    Answer answer =
        ITSELF.post(
            addresses.par(SERVER),
            signed(flow.parameters(), "{'exp':NOW+60}").with("scope", "team:admin"));
    assertThat(answer.status()).as(answer::summary).isEqualTo(201);
    AuthorizationFlow pushed =
        flow.edit(
            all ->
                Parameters.of(
                    "client_id", APP, "request_uri", answer.json().path("request_uri").asText()));

    assertTold(flow, pushed.with("scope", "team:admin").start(BROWSER), "invalid_request");
    assertThat(scope(flow, BROWSER.acceptWhereAsked(pushed.with("scope", SCOPE).signIn(BROWSER))))
        .isEqualTo(SCOPE);
  }

  /** RFC 9126 3: they must be claims of the object. */
  @ParameterizedTest
  @EnumSource
  void whatAPushedRequestObjectDoesNotHoldIsRefusedBesideIt(Addresses addresses) {
    AuthorizationFlow flow = flow(addresses).with("nonce", "n");
    for (String name : List.of("scope", "redirect_uri", "state", "nonce")) {
      Parameters request = signed(flow.parameters().without(name), "{'exp':NOW+60}");

      assertError(
          ITSELF.post(addresses.par(SERVER), request.with(name, flow.parameters().get(name))),
          400,
          "invalid_request");
    }
  }

  /** What is kept may stand beside with the value that was pushed. */
  @ParameterizedTest
  @EnumSource
  void ofWhatIsPushedNothingIsKeptThatNobodyReads(Addresses addresses) {
    AuthorizationFlow flow =
        flow(addresses)
            .with("client_secret", "signing-secret")
            .with("tenant", "a")
            .with("par.dpop.proof.jkt", "a");
    AuthorizationFlow pushed = flow.pushed(TokenClient.anonymous());

    for (String name : List.of("client_secret", "tenant", "par.dpop.proof.jkt")) {
      Answer answer = pushed.with(name, flow.parameters().get(name)).start(BROWSER);
      assertTold(flow, answer, "invalid_request");
    }
    AuthorizationFlow repeated = pushed.with("state", flow.parameters().get("state"));
    assertThat(scope(flow, BROWSER.acceptWhereAsked(repeated.signIn(BROWSER)))).isEqualTo(SCOPE);
  }

  @ParameterizedTest
  @EnumSource
  void aRequestThatWasPushedWithoutAClientIdIsItsClientsAlone(Addresses addresses)
      throws Throwable {
    AuthorizationFlow flow = flow(addresses);
    Answer answer = ITSELF.post(addresses.par(SERVER), flow.parameters().without("client_id"));
    assertThat(answer.status()).as(answer::summary).isEqualTo(201);
    String requestUri = answer.json().path("request_uri").asText();
    ADMIN.withClient(
        Json.object(
            "{'clientId':'stealing-app','publicClient':true,'redirectUris':['%s']}"
                .formatted(CALLBACK)),
        () -> {
          Answer stolen =
              flow.edit(
                      all -> Parameters.of("client_id", "stealing-app", "request_uri", requestUri))
                  .start(BROWSER);
          assertThat(stolen.status()).as(stolen::summary).isEqualTo(400);
          assertThat(stolen.location()).isEmpty();
        });

    AuthorizationFlow own =
        flow.edit(all -> Parameters.of("client_id", APP, "request_uri", requestUri));
    assertThat(scope(flow, BROWSER.acceptWhereAsked(own.signIn(BROWSER)))).isEqualTo(SCOPE);
  }

  @ParameterizedTest
  @EnumSource
  void byPostNothingButWhatWasPushedCountsEither(Addresses addresses) {
    AuthorizationFlow flow = flow(addresses);
    AuthorizationFlow pushed = flow.pushed(ITSELF).without("redirect_uri");
    Parameters form = pushed.with("scope", "team:admin").parameters();
    URI address = addresses.authorize(SERVER);

    Answer answer = BROWSER.post(address, form);
    if (answer.status() == 307) {
      answer = BROWSER.post(answer.location().orElseThrow(), form);
    }

    assertTold(flow, answer, "invalid_request");
  }

  @ParameterizedTest
  @EnumSource
  void registrationAndForgottenPasswordsKeepTheSameRules(Addresses addresses) throws Throwable {
    ADMIN.withRealmChange(
        realm -> realm.put("registrationAllowed", true).put("resetPasswordAllowed", true),
        () -> {
          for (String path : List.of("/registrations", "/forgot-credentials")) {
            AuthorizationFlow flow = flow(addresses);
            Parameters request = signed(flow.parameters(), "{'exp':NOW-60}");
            URI base = URI.create(SERVER.realmUrl() + "/protocol/openid-connect" + path);

            assertTold(
                flow,
                new Browser().open(URI.create(base + "?" + request.encoded())),
                "invalid_request_object");
            Answer page =
                new Browser()
                    .open(URI.create(base + "?" + signed(flow.parameters(), "{}").encoded()));
            assertThat(page.status()).as(page::summary).isEqualTo(200);
            assertThat(page.document().select("form")).isNotEmpty();
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aCharacterThatKeycloakWouldTakeOutSpoilsAnObject(Addresses addresses) {
    AuthorizationFlow flow = flow(addresses);
    String challenge = flow.parameters().get("code_challenge");
    Parameters request =
        signed(flow.parameters(), "{'code_challenge':'%s\\n'}".formatted(challenge));

    assertTold(flow, flow.edit(all -> request).start(BROWSER), "invalid_request");
    assertError(ITSELF.post(addresses.par(SERVER), request), 400, "invalid_request");
  }

  /** Such a request has nothing in it, not even an address to go to but the client's only one. */
  @ParameterizedTest
  @EnumSource
  void whatHoldsNoClaimsIsRefused(Addresses addresses) {
    for (String payload : List.of("null", "[]", "1", "\"x\"")) {
      JsonNode claims = Json.read(payload).orElseThrow();
      Parameters request =
          Parameters.of("client_id", APP, "request", RequestObject.signed(claims, KEY));

      AuthorizationFlow flow = flow(addresses);
      assertThat(flow.callback(flow.edit(all -> request).start(BROWSER)).get("error"))
          .isEqualTo("invalid_request");
      assertError(ITSELF.post(addresses.par(SERVER), request), 400, "invalid_request");
    }
  }

  /** Keycloak would log a stack trace of each. */
  @ParameterizedTest
  @EnumSource
  void whatCannotBeReadIsOneLineInTheLogWithItsReason(Addresses addresses) {
    AuthorizationFlow flow = flow(addresses);
    Parameters pushed = flow.parameters().with("request", "x.y.z");
    int logged = SERVER.log().length();

    for (String change :
        List.of(
            "request=x.y.z",
            "request=e30.e30.",
            "request_uri=https://evil.example/request",
            "request_uri=https://evil.example/\nX-Evil: 1")) {
      Answer page = flow.edit(Cases.change(change)).start(BROWSER);
      assertThat(page.status()).as(page::summary).isEqualTo(400);
      assertThat(page.location()).isEmpty();
    }
    assertError(ITSELF.post(addresses.par(SERVER), pushed), 400, "invalid_request_object");

    String log = SERVER.log().substring(logged);
    assertThat(log.lines().filter(line -> line.contains("KC-SERVICES0097")))
        .hasSize(5)
        .allSatisfy(line -> assertThat(line).containsPattern("Invalid request: java\\S+: \\S"));
    assertThat(log).doesNotContain("\tat ");
  }

  /** In a realm that the floor does not cover. */
  @Test
  void elsewhereItIsALineToo() {
    int logged = SERVER.log().length();

    Answer page =
        BROWSER.open(
            URI.create(
                SERVER.baseUrl()
                    + "/realms/master/protocol/openid-connect/auth"
                    + "?client_id=security-admin-console&response_type=code&request=x.y.z"));

    assertThat(page.status()).as(page::summary).isEqualTo(400);
    assertThat(SERVER.log().substring(logged))
        .contains("KC-SERVICES0097: Invalid request: ")
        .doesNotContain("\tat ");
  }
}
