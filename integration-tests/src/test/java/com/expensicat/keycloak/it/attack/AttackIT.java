package com.expensicat.keycloak.it.attack;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
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
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Registration;
import com.expensicat.keycloak.it.support.oauth.RequestObject;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Attacks that are one changed request each: a row is a change of a good request. */
class AttackIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final TokenClient ANYBODY = TokenClient.anonymous();
  private static final String SCOPE = "transactions:read";

  /** Somebody is signed in here and has agreed, so that a good request gets its code at once. */
  private static final Browser BROWSER = new Browser();

  private static NewPerson person;
  private static TestIssuer issuer;

  /** An address inside that nobody may have the server call. */
  private static TestIssuer inside;

  private static TokenClient invited;

  @BeforeAll
  static void prepare() {
    ADMIN.createClient(
        Json.object(
            "{'clientId':'attacked','publicClient':true,"
                + "'redirectUris':['https://app.example/cb']}"));
    person = NewPerson.join();
    issuer = TestIssuer.trusted(SERVER, "attacked", Map.of("exchangeClients", "expensicat-web"));
    inside = TestIssuer.withoutKeys();
    invited =
        TokenClient.bearer(
            new Registration(SERVER, Addresses.PACK)
                .initialAccessToken(AttackTable.ATTACKS.size()));
  }

  @AfterAll
  static void cleanUp() {
    ADMIN.deleteClient("attacked");
    person.close();
    issuer.close();
    inside.close();
    assertThat(inside.jwksRequests() + inside.otherRequests()).isZero();
  }

  private static AuthorizationFlow flow(Attack attack) {
    return authorizeAt(attack.addresses()).as(person.person()).with("scope", SCOPE);
  }

  private static AuthorizationFlow changed(Attack attack) {
    return flow(attack).edit(attack::applyTo);
  }

  @AttackTest("query")
  void anAuthorizationRequest(Attack attack) {
    AuthorizationFlow flow = changed(attack);

    assertAnswered(attack, flow, flow.signIn(BROWSER));
  }

  @AttackTest("form")
  void anAuthorizationRequestByPost(Attack attack) {
    AuthorizationFlow flow = changed(attack);

    Answer answer = BROWSER.post(attack.addresses().authorize(SERVER), flow.parameters());
    if (answer.status() == 307) {
      answer = BROWSER.post(answer.location().orElseThrow(), flow.parameters());
    }

    assertAnswered(attack, flow, BROWSER.follow(answer));
  }

  @AttackTest("request object")
  void anAuthorizationRequestInARequestObject(Attack attack) {
    AuthorizationFlow flow = changed(attack);

    assertAnswered(
        attack,
        flow,
        BROWSER.open(flow(attack).edit(good -> inRequestObject(good, flow)).request()));
  }

  /** RFC 9101 5: the query has what OAuth 2.0 wants there, all else counts in the object alone. */
  private static Parameters inRequestObject(Parameters good, AuthorizationFlow flow) {
    JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder();
    flow.parameters()
        .list()
        .forEach(parameter -> claims.claim(parameter.name(), parameter.value()));
    return good.without("code_challenge")
        .without("code_challenge_method")
        .without("state")
        .with("request", new PlainJWT(claims.build()).serialize());
  }

  @AttackTest("PAR")
  void aPushedRequest(Attack attack) {
    attack.assertRefused(
        ANYBODY.post(attack.addresses().par(SERVER), changed(attack).parameters()));
  }

  @AttackTest("pushed request object")
  void aPushedRequestObject(Attack attack) {
    attack.assertRefused(
        ANYBODY.post(
            attack.addresses().par(SERVER),
            inRequestObject(flow(attack).parameters(), changed(attack))));
  }

  @AttackTest("beside a pushed request")
  void aParameterBesideAPushedRequest(Attack attack) {
    AuthorizationFlow flow = flow(attack);
    AuthorizationFlow beside = flow.pushed(ANYBODY).without("redirect_uri").edit(attack::applyTo);

    assertAnswered(attack, flow, BROWSER.acceptWhereAsked(beside.signIn(BROWSER)));
  }

  @AttackTest("beside a request object")
  void aParameterBesideARequestObject(Attack attack) {
    AuthorizationFlow flow = flow(attack);
    AuthorizationFlow beside =
        flow.edit(
                all ->
                    Parameters.of(
                        "client_id",
                        AuthorizationFlow.DEMO_APP,
                        "request",
                        RequestObject.unsigned(RequestObject.claims(all))))
            .edit(attack::applyTo);

    Answer answer = BROWSER.acceptWhereAsked(beside.signIn(BROWSER));

    assertAnswered(attack, flow, answer);
    if (attack.answer().equals("code")) {
      String code = flow.callback(answer).get("code");
      assertThat(
              ANYBODY
                  .post(attack.addresses().token(SERVER), flow.tokenRequest(code))
                  .json()
                  .path("scope")
                  .asText())
          .isEqualTo(SCOPE);
    }
  }

  @AttackTest("claims of a request object")
  void aRequestObjectOfAnotherTimeOrPlace(Attack attack) {
    AuthorizationFlow flow = flow(attack);

    assertAnswered(
        attack,
        flow,
        BROWSER.acceptWhereAsked(flow.edit(all -> withClaims(all, attack)).signIn(BROWSER)));
  }

  @AttackTest("claims of a pushed request object")
  void aPushedRequestObjectOfAnotherTimeOrPlace(Attack attack) {
    Answer answer =
        ANYBODY.post(attack.addresses().par(SERVER), withClaims(flow(attack).parameters(), attack));

    if (attack.answer().equals("taken")) {
      assertThat(answer.status()).as(answer::summary).isEqualTo(201);
    } else {
      attack.assertRefused(answer);
    }
  }

  private static Parameters withClaims(Parameters request, Attack attack) {
    return Parameters.of(
        "client_id",
        AuthorizationFlow.DEMO_APP,
        "request",
        RequestObject.unsigned(
            Registration.changed(
                RequestObject.claims(request), RequestObject.change(attack.text()))));
  }

  /** A page for the person, an error by redirect, or an ordinary code: nothing else. */
  private static void assertAnswered(Attack attack, AuthorizationFlow flow, Answer answer) {
    String[] expected = attack.answer().split(" ", 2);
    Attack.assertNoHeaderAdded(answer);
    if (expected[0].equals("page") || expected[0].equals("400")) {
      assertThat(answer.status()).as(answer::summary).isEqualTo(400);
      assertThat(answer.location()).isEmpty();
      assertThat(answer.header("Content-Type").orElseThrow())
          .startsWith(expected[0].equals("page") ? "text/html" : "");
      assertThat(answer.body()).doesNotContain("evil.example/", "<script>alert");
      return;
    }
    Parameters callback = flow.callback(answer);
    assertThat(callback.get("iss")).isEqualTo(SERVER.realmUrl());
    assertThat(callback.all("state"))
        .allSatisfy(
            state ->
                assertThat(state.replace("\uFFFD", ""))
                    .isEqualTo(flow.parameters().get("state").replaceAll("\\p{Cntrl}", "")))
        .hasSize(1);
    assertThat(callback.names()).doesNotContain("access_token", "id_token");
    if (expected[0].equals("code")) {
      assertThat(callback.all("code")).hasSize(1);
      assertThat(callback.get("code")).matches("[\\w.-]{20,}");
    } else {
      assertThat(callback.get("error")).isEqualTo(expected[1]);
      assertThat(callback.all("error_description"))
          .allSatisfy(
              description ->
                  assertThat(description).matches("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]+"));
      assertThat(callback.find("code")).isEmpty();
    }
  }

  @AttackTest("token")
  void aTokenRequest(Attack attack) {
    assertTokens(attack, ANYBODY.post(attack.addresses().token(SERVER), tokenRequest(attack)));
  }

  @AttackTest("token JSON")
  void aTokenRequestInJson(Attack attack) {
    assertTokens(
        attack,
        ANYBODY.post(attack.addresses().token(SERVER), BodyKind.JSON, tokenRequest(attack)));
  }

  private static Parameters tokenRequest(Attack attack) {
    AuthorizationFlow flow = flow(attack);
    String code = flow.callback(BROWSER).get("code");
    return attack.applyTo(
        flow.tokenRequest(code),
        Map.of(
            "code", code,
            "code:half", code.substring(0, code.length() / 2),
            "verifier", flow.pkce().codeVerifier(),
            "challenge", flow.pkce().codeChallenge()));
  }

  @AttackTest("JSON body")
  void aBodyThatIsNoTokenRequest(Attack attack) {
    attack.assertRefused(
        ANYBODY.send(
            "POST", attack.addresses().token(SERVER), BodyKind.JSON.mediaType(), attack.text()));
  }

  @AttackTest("refresh")
  void aRefreshRequest(Attack attack) {
    JsonNode tokens = flow(attack).tokens(BROWSER, BodyKind.FORM).json();
    String token = tokens.path("refresh_token").asText();

    Answer answer =
        ANYBODY.post(
            attack.addresses().token(SERVER),
            attack.applyTo(
                DemoApp.refreshRequest(tokens),
                Map.of(
                    "token", token,
                    "token:unsigned", unsigned(token),
                    "access", tokens.path("access_token").asText())));

    attack.assertRefused(answer);
  }

  private static String unsigned(String jwt) {
    return jwt.substring(0, jwt.lastIndexOf('.') + 1);
  }

  /** Tokens of just that scope, or a refusal. */
  private static void assertTokens(Attack attack, Answer answer) {
    if (!attack.answer().startsWith("scope ")) {
      attack.assertRefused(answer);
      return;
    }
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(answer.json().path("scope").asText())
        .isEqualTo(attack.answer().substring("scope ".length()));
  }

  @AttackTest("exchange")
  void anExchangeOfASession(Attack attack) {
    Parameters request = attack.applyTo(SessionExchange.request(issuer.session().compact(), SCOPE));

    attack.assertRefused(SessionExchange.WEB.send(attack.addresses(), request));
  }

  @AttackTest("introspect")
  void anIntrospection(Attack attack) {
    Answer answer =
        ResourceServer.API
            .client()
            .post(attack.addresses().introspect(SERVER), requestWithToken(attack, "token"));

    switch (attack.answer()) {
      case "active" -> assertThat(answer.json().path("active").asBoolean()).isTrue();
      case "inactive" -> assertThat(answer.json()).isEqualTo(Json.object("{'active':false}"));
      default -> attack.assertRefused(answer);
    }
  }

  @AttackTest("revoke")
  void aRevocation(Attack attack) {
    Answer answer =
        ANYBODY.post(
            attack.addresses().revoke(SERVER),
            requestWithToken(attack, "client_id", AuthorizationFlow.DEMO_APP, "token"));

    if (attack.answer().equals("nothing")) {
      assertThat(answer.status()).as(answer::summary).isEqualTo(200);
      assertThat(answer.body()).isEmpty();
    } else {
      attack.assertRefused(answer);
    }
  }

  /** A request whose last parameter is an access token of the demo application. */
  private static Parameters requestWithToken(Attack attack, String... namesAndValues) {
    String token = accessToken(attack);
    String[] whole = Arrays.copyOf(namesAndValues, namesAndValues.length + 1);
    whole[namesAndValues.length] = token;
    return attack.applyTo(
        Parameters.of(whole), Map.of("token", token, "token:unsigned", unsigned(token)));
  }

  private static String accessToken(Attack attack) {
    return flow(attack).tokens(BROWSER, BodyKind.FORM).json().path("access_token").asText();
  }

  @AttackTest("register")
  void aRegistration(Attack attack) {
    Registration registration = new Registration(SERVER, attack.addresses());

    Answer answer =
        registration.register(invited, Json.write(Registration.metadata(metadata(attack))));

    if (!attack.answer().equals("ignored")) {
      attack.assertRefused(answer);
      return;
    }
    assertThat(answer.status()).as(answer::summary).isEqualTo(201);
    Registration.assertWithinThePolicy(ADMIN.client(answer.json().path("client_id").asText()));
    registration.delete(answer.json());
  }

  @AttackTest("update")
  void anUpdateByTheRegistrationToken(Attack attack) {
    Registration registration = new Registration(SERVER, attack.addresses());
    ObjectNode client = registered(registration);
    String clientId = client.path("client_id").asText();
    JsonNode before = ADMIN.client(clientId);

    Answer answer = registration.update(client, Registration.changed(client, metadata(attack)));

    if (attack.answer().equals("ignored")) {
      assertThat(answer.status()).as(answer::summary).isEqualTo(200);
      Registration.assertWithinThePolicy(ADMIN.client(clientId));
    } else {
      attack.assertRefused(answer);
      assertThat(ADMIN.client(clientId)).isEqualTo(before);
    }
    ADMIN.deleteClient(clientId);
  }

  @AttackTest("update of a disabled client")
  void anUpdateOfADisabledClient(Attack attack) {
    Registration registration = new Registration(SERVER, attack.addresses());
    ObjectNode client = registered(registration);
    String clientId = client.path("client_id").asText();
    ADMIN.updateClient(clientId, changed -> changed.put("enabled", false));

    Answer answer = registration.update(client, Registration.changed(client, metadata(attack)));

    attack.assertRefused(answer);
    assertThat(ADMIN.client(clientId).path("enabled").asBoolean()).isFalse();
    ADMIN.deleteClient(clientId);
  }

  @AttackTest("update of a client with a mapper")
  void anUpdateOfAClientToWhichAnAdminGaveAMapper(Attack attack) {
    Registration registration = new Registration(SERVER, attack.addresses());
    ObjectNode client = registered(registration);
    String clientId = client.path("client_id").asText();
    ADMIN.create(
        ADMIN.clientPath(clientId) + "/protocol-mappers/models",
        Json.object(
            "{'name':'m','protocol':'openid-connect',"
                + "'protocolMapper':'oidc-usermodel-property-mapper',"
                + "'config':{'claim.name':'nick','user.attribute':'username',"
                + "'access.token.claim':'true'}}"));
    Set<JsonNode> before = mappers(clientId);

    Answer answer = registration.update(client, Registration.changed(client, metadata(attack)));

    attack.assertRefused(answer);
    assertThat(mappers(clientId)).isEqualTo(before);
    ADMIN.deleteClient(clientId);
  }

  private static Set<JsonNode> mappers(String clientId) {
    return StreamSupport.stream(ADMIN.client(clientId).path("protocolMappers").spliterator(), false)
        .collect(Collectors.toSet());
  }

  private static ObjectNode registered(Registration registration) {
    Answer answer =
        registration.register(
            invited, Json.write(Registration.metadata(Json.object("{'scope':'" + SCOPE + "'}"))));
    assertThat(answer.status()).as(answer::summary).isEqualTo(201);
    return (ObjectNode) answer.json();
  }

  private static ObjectNode metadata(Attack attack) {
    return Json.object(attack.text().replace("LISTENER", inside.issuer()));
  }
}
