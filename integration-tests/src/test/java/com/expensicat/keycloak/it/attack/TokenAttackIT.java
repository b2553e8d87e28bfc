package com.expensicat.keycloak.it.attack;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.AtOnce;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.Registration;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.session.ForgedJwt;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.id.JWTID;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import java.net.URI;
import java.security.interfaces.ECPrivateKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Attacks with tokens: stolen, forged, swapped, or shown where they do not belong. */
class TokenAttackIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final TokenClient ANYBODY = TokenClient.anonymous();
  private static final TokenClient WEB =
      TokenClient.basic("expensicat-web", "expensicat-web-dev-secret");
  private static final JsonNode INACTIVE = Json.object("{'active':false}");
  private static final String SCOPE = "transactions:read";

  /** "Not before" is a whole second, and what is issued in that second is not before it. */
  private static final int A_SECOND_MILLIS = 1100;

  private static final String ASSERTION_TYPE =
      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  /** Somebody is signed in here and has agreed. */
  private static final Browser BROWSER = new Browser();

  private static NewPerson person;
  private static TestIssuer issuer;

  /** Nobody trusts its keys, and nobody may ask for them. */
  private static TestIssuer attacker;

  @BeforeAll
  static void prepare() {
    ADMIN.forgetSignOuts();
    person = NewPerson.join();
    issuer =
        TestIssuer.trusted(
            SERVER, "token-attack", Map.of("exchangeClients", "expensicat-web,wary"));
    attacker = TestIssuer.withKeys();
  }

  @AfterAll
  static void cleanUp() {
    person.close();
    issuer.close();
    attacker.close();
    assertThat(attacker.jwksRequests() + attacker.otherRequests()).isZero();
  }

  private static AuthorizationFlow flow(Attack attack) {
    return authorizeAt(attack.addresses()).as(person.person()).with("scope", SCOPE);
  }

  private static JsonNode tokens(Attack attack) {
    return tokens(flow(attack), BROWSER);
  }

  private static JsonNode tokens(AuthorizationFlow flow, Browser browser) {
    Answer answer = flow.tokens(browser, BodyKind.FORM);
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return answer.json();
  }

  private static String access(JsonNode tokens) {
    return tokens.path("access_token").asText();
  }

  private static JsonNode introspect(Attack attack, String token) {
    return ResourceServer.API.introspect(attack.addresses(), token);
  }

  private static Answer userinfo(Attack attack, String token) {
    return TokenClient.bearer(token).get(attack.addresses().userinfo(SERVER));
  }

  /** No access, wherever a bearer of access tokens may ask. */
  private static void assertNoAccess(Attack attack, String token) {
    Answer userinfo = userinfo(attack, token);
    assertThat(userinfo.status()).as(userinfo::summary).isEqualTo(401);
    assertThat(introspect(attack, token)).isEqualTo(INACTIVE);
    if (attack.addresses() == Addresses.PACK) {
      Gateway.assertInvalidToken(Gateway.check(token));
    }
  }

  private static void assertNoRefresh(Attack attack, JsonNode tokens) {
    attack.assertRefused(DemoApp.refresh(attack.addresses(), tokens), 400, "invalid_grant");
  }

  @AttackTest("forged token")
  void aForgedTokenOpensNothing(Attack attack) {
    String forged =
        new ForgedAccessToken(attacker, access(tokens(flow(attack).with("scope", SCOPE), BROWSER)))
            .with(attack.change());

    assertNoAccess(attack, forged);
    attack.assertRefused(
        WEB.post(
            attack.addresses().token(SERVER),
            SessionExchange.request(forged)
                .with("subject_token_type", SessionExchange.ACCESS_TOKEN_TYPE)),
        400,
        "invalid_request");
    attack.assertRefused(
        new Registration(SERVER, attack.addresses())
            .register(
                TokenClient.bearer(forged), Json.write(Registration.metadata(Json.object("{}")))),
        401,
        "invalid_token");
  }

  @AttackTest("K01")
  void ofThiefAndOwnerTheSecondEndsTheFamily(Attack attack) {
    JsonNode stolen = tokens(attack);
    JsonNode thiefs = DemoApp.refresh(attack.addresses(), stolen).json();

    assertNoRefresh(attack, stolen);

    attack.assertEnded(thiefs);
  }

  @AttackTest("K02")
  void ofTwentyRefreshesAtOneInstantOneWinsAtMostAndItsTokensEnd(Attack attack) {
    JsonNode tokens = tokens(attack);

    List<Answer> answers = AtOnce.run(20, () -> DemoApp.refresh(attack.addresses(), tokens));

    attack.assertOneWinsAtMostAndItsTokensEnd(answers);
  }

  @AttackTest("K03")
  void aRevokedRefreshTokenIsNone(Attack attack) {
    JsonNode tokens = tokens(attack);
    DemoApp.revoke(attack.addresses(), tokens.path("refresh_token").asText());

    attack.assertEnded(tokens);
  }

  @AttackTest("K04")
  void whatWasNarrowedIsWidenedNoFurtherThanTheGrant(Attack attack) {
    JsonNode wide = tokens(flow(attack).with("scope", "transactions:read invoices:read"), BROWSER);
    JsonNode narrow =
        ANYBODY
            .post(
                attack.addresses().token(SERVER), DemoApp.refreshRequest(wide).with("scope", SCOPE))
            .json();
    assertThat(narrow.path("scope").asText()).isEqualTo(SCOPE);

    attack.assertRefused(
        ANYBODY.post(
            attack.addresses().token(SERVER),
            DemoApp.refreshRequest(narrow).with("scope", "invoices:read invoices:write")),
        400,
        "invalid_scope");
  }

  @AttackTest("K05")
  void otherTokensAreNoAccessTokens(Attack attack) {
    JsonNode tokens = tokens(flow(attack).with("scope", "openid transactions:read"), BROWSER);

    assertNoAccess(attack, tokens.path("refresh_token").asText());
    assertNoAccess(attack, tokens.path("id_token").asText());
  }

  @AttackTest("K06")
  void aTokenOfTheMasterRealmOpensNothing(Attack attack) {
    Answer answer =
        ANYBODY.post(
            URI.create(SERVER.baseUrl() + "/realms/master/protocol/openid-connect/token"),
            Parameters.of(
                "grant_type",
                "password",
                "client_id",
                "admin-cli",
                "username",
                ServerProcess.ADMIN.username(),
                "password",
                ServerProcess.ADMIN.password()));

    assertNoAccess(attack, access(answer.json()));
    assertNoRefresh(attack, answer.json());
  }

  @AttackTest("K07")
  void aTokenInTheQueryIsNone(Attack attack) {
    String token = access(tokens(flow(attack).with("scope", "openid email"), BROWSER));
    assertThat(userinfo(attack, token).status()).isEqualTo(200);

    Answer answer =
        ANYBODY.get(URI.create(attack.addresses().userinfo(SERVER) + "?access_token=" + token));

    assertThat(answer.status()).as(answer::summary).isEqualTo(401);
  }

  @AttackTest("K08")
  void aTokenInHeaderAndBodyIsRefused(Attack attack) {
    String token = access(tokens(flow(attack).with("scope", "openid email"), BROWSER));

    Answer answer =
        TokenClient.bearer(token)
            .post(attack.addresses().userinfo(SERVER), Parameters.of("access_token", token + "x"));

    assertThat(answer.status()).as(answer::summary).isIn(400, 401);
    Attack.assertNothingGiven(answer);
  }

  @AttackTest("K09")
  void anotherResourceServerLearnsNothing(Attack attack) {
    assertThat(new ResourceServer(WEB).introspect(attack.addresses(), access(tokens(attack))))
        .isEqualTo(INACTIVE);
  }

  @AttackTest("K10")
  void anotherResourceServerLearnsNothingByAJwt(Attack attack) throws Throwable {
    ADMIN.withClientChange(
        "expensicat-web",
        client ->
            client
                .withObject("/attributes")
                .put("client.introspection.response.allow.jwt.claim.enabled", "true"),
        () ->
            assertThat(
                    new ResourceServer(WEB.header("Accept", "application/jwt"))
                        .introspect(attack.addresses(), access(tokens(attack))))
                .isEqualTo(INACTIVE));
  }

  @AttackTest("K11")
  void aTokenThatDoesNotNameTheApiIsRefusedAtTheGateway(Attack attack) {
    Gateway.assertInvalidToken(
        Gateway.check(access(tokens(flow(attack).with("scope", "openid profile"), BROWSER))));
  }

  @AttackTest("K12")
  void aPublicClientLearnsNothing(Attack attack) {
    attack.assertRefused(
        ANYBODY.post(
            attack.addresses().introspect(SERVER),
            Parameters.of(
                "client_id", AuthorizationFlow.DEMO_APP, "token", access(tokens(attack)))),
        403,
        "invalid_request");
  }

  @AttackTest("K13")
  void anotherClientRevokesNothing(Attack attack) {
    JsonNode tokens = tokens(attack);

    for (String name : List.of("access_token", "refresh_token")) {
      Answer answer =
          WEB.post(
              attack.addresses().revoke(SERVER),
              Parameters.of("token", tokens.path(name).asText()));
      assertThat(answer.status()).as(answer::summary).isIn(200, 400);
    }

    assertThat(introspect(attack, access(tokens)).path("active").asBoolean()).isTrue();
    assertThat(DemoApp.refresh(attack.addresses(), tokens).status()).isEqualTo(200);
  }

  /** No rights, wherever a session JWT may be shown. */
  private static void assertSessionRefused(Attack attack, String session) {
    assertNoAccess(attack, session);
    attack.assertRefused(
        SessionExchange.WEB.send(attack.addresses(), session, SCOPE), 400, "invalid_request");
  }

  @AttackTest("K14")
  void aSessionOfAnIssuerThatIsSwitchedOffIsNone(Attack attack) throws Throwable {
    String session = issuer.session().compact();
    assertThat(introspect(attack, session).path("active").asBoolean()).isTrue();

    ADMIN.withChange(
        issuer.path(),
        provider -> provider.put("enabled", false),
        () -> assertSessionRefused(attack, session));
  }

  @AttackTest("K15")
  void aSessionOfADisabledUserIsNone(Attack attack) throws Throwable {
    SessionJwt session = issuer.session(TestIssuer.newSubject());
    assertThat(introspect(attack, session.compact()).path("active").asBoolean()).isTrue();

    ADMIN.withChange(
        "/users/" + issuer.user(session).path("id").asText(),
        user -> user.put("enabled", false),
        () -> assertSessionRefused(attack, session.compact()));
  }

  @AttackTest("K16")
  void aRefreshTokenOfADisabledUserIsNone(Attack attack) throws Throwable {
    try (NewPerson somebody = NewPerson.join()) {
      JsonNode tokens = tokens(flow(attack).as(somebody.person()), new Browser());

      ADMIN.withChange(
          somebody.path(), user -> user.put("enabled", false), () -> attack.assertEnded(tokens));
    }
  }

  private static long soon() {
    return Instant.now().getEpochSecond() + 5;
  }

  @AttackTest("K17")
  void tokensFromBeforeNotBeforeOfTheRealmHaveEnded(Attack attack) throws Throwable {
    JsonNode tokens = tokens(attack);

    ADMIN.withRealmChange(
        realm -> realm.put("notBefore", soon()), () -> attack.assertEnded(tokens));
  }

  @AttackTest("K18")
  void tokensFromBeforeNotBeforeOfTheClientHaveEnded(Attack attack) throws Throwable {
    JsonNode tokens = tokens(attack);

    ADMIN.withClientChange(
        AuthorizationFlow.DEMO_APP,
        client -> client.put("notBefore", soon()),
        () -> attack.assertEnded(tokens));
  }

  @AttackTest("K19")
  void tokensFromBeforeNotBeforeOfTheUserHaveEnded(Attack attack) throws InterruptedException {
    try (NewPerson somebody = NewPerson.join()) {
      JsonNode tokens = tokens(flow(attack).as(somebody.person()), new Browser());

      Thread.sleep(A_SECOND_MILLIS);
      ADMIN.post(somebody.path() + "/logout", null);

      attack.assertEnded(tokens);
    }
  }

  /** A confidential client that acts for itself and may exchange, and that wants consent. */
  private static ObjectNode wary() {
    return Json.object(
        "{'clientId':'wary','secret':'wary-secret','consentRequired':true,"
            + "'serviceAccountsEnabled':true,'redirectUris':['https://wary.example/cb']}");
  }

  private static TokenClient asWary() {
    return TokenClient.basic("wary", "wary-secret");
  }

  @AttackTest("K20")
  void whoWantsConsentHasNothingOfPeoplesForItself(Attack attack) throws Throwable {
    ADMIN.withClient(
        wary(),
        () -> {
          for (String scope : ScopeTable.SCOPES) {
            attack.assertRefused(
                asWary()
                    .post(
                        attack.addresses().token(SERVER),
                        Parameters.of("grant_type", "client_credentials", "scope", scope)),
                400,
                "invalid_scope");
          }
        });
  }

  @AttackTest("K21")
  void whoWantsConsentExchangesNothingWithoutIt(Attack attack) throws Throwable {
    ADMIN.withClient(
        wary(),
        () ->
            attack.assertRefused(
                new SessionExchange(asWary())
                    .send(attack.addresses(), issuer.session().compact(), SCOPE),
                400,
                "invalid_scope"));
  }

  @AttackTest("K22")
  void aRefreshTokenEndsWithTheConsent(Attack attack) {
    try (NewPerson somebody = NewPerson.join()) {
      JsonNode tokens = tokens(flow(attack).as(somebody.person()), new Browser());

      ADMIN.delete(somebody.path() + "/consents/" + AuthorizationFlow.DEMO_APP);

      attack.assertEnded(tokens);
    }
  }

  @AttackTest("K23")
  void aJunkAssertionBesideTheSecretAuthenticatesNobody(Attack attack) throws Throwable {
    ADMIN.withClient(
        wary(),
        () -> {
          Parameters request =
              Parameters.of(
                  "grant_type", "client_credentials",
                  "client_assertion_type", ASSERTION_TYPE,
                  "client_assertion", "x.y.z");
          for (Answer answer :
              List.of(
                  asWary().post(attack.addresses().token(SERVER), request),
                  ANYBODY.post(
                      attack.addresses().token(SERVER),
                      request.with("client_id", "wary").with("client_secret", "wary-secret")))) {
            attack.assertRefused(answer, 400, "invalid_request");
          }
        });
  }

  @AttackTest("K24")
  void aClientThatTheIssuerDoesNotNameExchangesNothing(Attack attack) {
    attack.assertRefused(
        new SessionExchange(ResourceServer.API.client())
            .send(attack.addresses(), issuer.session().compact(), SCOPE),
        400,
        "unauthorized_client");
  }

  @AttackTest("K25")
  void aSessionIsExchangedForNoMoreThanItHolds(Attack attack) {
    attack.assertRefused(
        SessionExchange.WEB.send(
            attack.addresses(),
            issuer.session().claim("scope", SCOPE).compact(),
            "transactions:read team:admin"),
        400,
        "invalid_scope");
  }

  @AttackTest("K26")
  void aSessionIsNoneIfAnotherIssuerSignedIt(Attack attack) {
    try (TestIssuer other =
        TestIssuer.trusted(
            SERVER, "token-attack-other", Map.of("exchangeClients", "expensicat-web"))) {
      SessionJwt session = issuer.session();

      assertSessionRefused(attack, session.signedBy(other.key("ed")).compact());
      assertSessionRefused(attack, session.signedBy(attacker.key("ed")).compact());
    }
  }

  @AttackTest("K27")
  void ofTwoAccountsWithOneEmailTheSecondIsNotLinked(Attack attack) {
    withVictim(
        (victim, linking, email) -> {
          SessionJwt first = linking.session(TestIssuer.newSubject()).claim("email", email);
          SessionJwt second = linking.session(TestIssuer.newSubject()).claim("email", email);
          assertThat(introspect(attack, first.compact()).path("sub").asText())
              .isEqualTo(victim.path().substring("/users/".length()));

          assertSessionRefused(attack, second.compact());

          assertThat(ADMIN.get(victim.path() + "/federated-identity"))
              .extracting(link -> link.path("userId").asText())
              .containsExactly(first.subject());
        });
  }

  @AttackTest("K28")
  void aLinkThatAnAdminRemovedStaysRemoved(Attack attack) {
    withVictim(
        (victim, linking, email) -> {
          SessionJwt proof = linking.session(TestIssuer.newSubject()).claim("email", email);
          assertThat(introspect(attack, proof.compact()).path("active").asBoolean()).isTrue();
          ADMIN.delete(victim.path() + "/federated-identity/" + linking.alias());

          assertSessionRefused(attack, proof.compact());

          assertThat(ADMIN.get(victim.path() + "/federated-identity")).isEmpty();
        });
  }

  /** What is tried with a victim at an issuer that links by verified e-mail. */
  private interface Linking {
    void run(NewPerson victim, TestIssuer linking, String email);
  }

  private static void withVictim(Linking test) {
    String email = TestIssuer.email(TestIssuer.newSubject());
    try (NewPerson victim =
            NewPerson.join(user -> user.put("email", email).put("emailVerified", true));
        TestIssuer linking =
            TestIssuer.trusted(
                SERVER,
                "token-attack-linking",
                Map.of(
                    "firstMeeting", "link-verified-email", "exchangeClients", "expensicat-web"))) {
      test.run(victim, linking, email);
      ADMIN.send("DELETE", victim.path() + "/federated-identity/" + linking.alias(), null);
    }
  }

  private static DefaultDPoPProofFactory proofs() throws JOSEException {
    return new DefaultDPoPProofFactory(
        new ECKeyGenerator(Curve.P_256).generate(), JWSAlgorithm.ES256);
  }

  private static Answer redeem(Attack attack, String proof) {
    AuthorizationFlow flow = flow(attack).with("scope", "openid transactions:read");
    return ANYBODY
        .header("DPoP", proof)
        .post(
            attack.addresses().token(SERVER),
            flow.tokenRequest(flow.callback(BROWSER).get("code")));
  }

  private static void assertProofRefused(Attack attack, Answer answer) {
    attack.assertRefused(answer, 400, "invalid_dpop_proof");
  }

  private static JsonNode boundTokens(Attack attack, DefaultDPoPProofFactory proofs)
      throws JOSEException {
    Answer answer =
        redeem(attack, proofs.createDPoPJWT("POST", attack.addresses().token(SERVER)).serialize());
    assertThat(answer.json().path("token_type").asText()).as(answer::summary).isEqualTo("DPoP");
    return answer.json();
  }

  @AttackTest("K29")
  void aProofIsUsedOnce(Attack attack) throws JOSEException {
    String proof = proofs().createDPoPJWT("POST", attack.addresses().token(SERVER)).serialize();
    assertThat(redeem(attack, proof).status()).isEqualTo(200);

    assertProofRefused(attack, redeem(attack, proof));
  }

  @AttackTest("K30")
  void aProofThatIsNoneIsRefused(Attack attack) throws JOSEException {
    URI token = attack.addresses().token(SERVER);
    SigningKey key = SigningKey.es256("es");
    ObjectNode claims =
        Json.object("{'htm':'POST'}")
            .put("htu", token.toString())
            .put("jti", UUID.randomUUID().toString())
            .put("iat", Instant.now().getEpochSecond());
    ObjectNode header = Json.object("{'typ':'dpop+jwt','alg':'ES256'}");
    header.set("jwk", key.jwk());
    ObjectNode withPrivateKey = header.deepCopy();
    withPrivateKey.withObject("/jwk").put("d", privateValue(key));
    String unsigned =
        key.compact(Json.write(header.deepCopy().put("alg", "none")), Json.write(claims));
    for (String proof :
        List.of(
            proofs().createDPoPJWT("POST", URI.create("https://evil.example/token")).serialize(),
            proofs().createDPoPJWT("GET", token).serialize(),
            proofs()
                .createDPoPJWT(
                    new JWTID(),
                    "POST",
                    token,
                    Date.from(Instant.now().minusSeconds(3600)),
                    (AccessToken) null,
                    null)
                .serialize(),
            unsigned.substring(0, unsigned.lastIndexOf('.') + 1),
            key.compact(Json.write(withPrivateKey), Json.write(claims)),
            SigningKey.es256("es").compact(Json.write(header), Json.write(claims)),
            key.compact(Json.write(header.deepCopy().put("typ", "JWT")), Json.write(claims)),
            "x.y.z")) {
      assertProofRefused(attack, redeem(attack, proof));
    }
  }

  private static String privateValue(SigningKey key) {
    byte[] number = ((ECPrivateKey) key.pair().getPrivate()).getS().toByteArray();
    byte[] padded = new byte[32];
    int length = Math.min(32, number.length);
    System.arraycopy(number, number.length - length, padded, 32 - length, length);
    return SigningKey.base64url(Arrays.copyOf(padded, 32));
  }

  @AttackTest("K31")
  void aStolenBoundTokenIsNoBearerToken(Attack attack) throws JOSEException {
    String bound = access(boundTokens(attack, proofs()));

    assertThat(userinfo(attack, bound).status()).isEqualTo(401);
  }

  @AttackTest("K32")
  void aStolenBoundTokenNeedsAProofOfItsOwnKeyForIt(Attack attack) throws JOSEException {
    DefaultDPoPProofFactory own = proofs();
    String bound = access(boundTokens(attack, own));
    String another = access(boundTokens(attack, own));
    URI userinfo = attack.addresses().userinfo(SERVER);

    Answer good = shown(userinfo, bound, own, bound);
    assertThat(good.status()).as(good::summary).isEqualTo(200);
    assertThat(shown(userinfo, bound, proofs(), bound).status()).isEqualTo(401);
    assertThat(shown(userinfo, bound, own, another).status()).isEqualTo(401);
    assertThat(ANYBODY.header("Authorization", "DPoP " + bound).get(userinfo).status())
        .isEqualTo(401);
  }

  /** A token with a proof for a token. */
  private static Answer shown(
      URI uri, String token, DefaultDPoPProofFactory proofs, String provenToken)
      throws JOSEException {
    return ANYBODY
        .header("Authorization", "DPoP " + token)
        .header(
            "DPoP", proofs.createDPoPJWT("GET", uri, new DPoPAccessToken(provenToken)).serialize())
        .get(uri);
  }

  @AttackTest("K33")
  void aSessionWithAnHmacByThePublicKeyIsNone(Attack attack) {
    for (String signature :
        List.of(
            "HMAC with the PEM of rs",
            "HMAC with the DER of rs",
            "HMAC with the x of ed",
            "HMAC with the JWK of ed")) {
      String header = signature.endsWith("rs") ? "{'alg':'HS256','kid':'rs'}" : "{'alg':'HS256'}";
      assertSessionRefused(
          attack, ForgedJwt.of(issuer, attacker, SERVER.realmUrl(), header, "", signature, ""));
    }
  }

  @AttackTest("K34")
  void aStolenBoundRefreshTokenNeedsAProofOfItsOwnKey(Attack attack) throws JOSEException {
    DefaultDPoPProofFactory own = proofs();
    Parameters request = DemoApp.refreshRequest(boundTokens(attack, own));
    URI token = attack.addresses().token(SERVER);

    Answer without = ANYBODY.post(token, request);
    Answer other =
        ANYBODY
            .header("DPoP", proofs().createDPoPJWT("POST", token).serialize())
            .post(token, request);
    Answer good =
        ANYBODY.header("DPoP", own.createDPoPJWT("POST", token).serialize()).post(token, request);

    for (Answer refused : List.of(without, other)) {
      assertThat(refused.status()).as(refused::summary).isEqualTo(400);
      Attack.assertNothingGiven(refused);
    }
    assertThat(good.status()).as(good::summary).isEqualTo(200);
  }
}
