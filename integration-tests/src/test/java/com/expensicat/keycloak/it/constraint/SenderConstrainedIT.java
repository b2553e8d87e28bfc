package com.expensicat.keycloak.it.constraint;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.AtOnce;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Cases;
import com.expensicat.keycloak.it.support.oauth.DPoPKey;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.expensicat.keycloak.it.support.server.TrustedProxy;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are bound to a client's key, and the proofs of that key (RFC 9449). */
class SenderConstrainedIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();

  /** Signed in once, so that each case gets its code quickly. */
  private static final Browser BROWSER = new Browser();

  /** The request at the API that the gateway asks about. */
  private static final URI API = URI.create("https://api.expensicat.test/v1/transactions");

  private static final TokenClient PUBLIC = TokenClient.anonymous();
  private static final TokenClient WEB =
      TokenClient.basic("expensicat-web", "expensicat-web-dev-secret");

  private final AdminApi admin = SERVER.admin();

  /** Where proofs are looked at. */
  enum Place {
    TOKEN,
    PAR,
    USERINFO,
    CHECK;

    /** Whether a token comes with the proof. */
    boolean isForAToken() {
      return this == USERINFO || this == CHECK;
    }

    String method() {
      return isForAToken() ? "GET" : "POST";
    }

    URI uri(Addresses addresses) {
      return switch (this) {
        case TOKEN -> addresses.token(SERVER);
        case PAR -> addresses.par(SERVER);
        case USERINFO -> addresses.userinfo(SERVER);
        case CHECK -> API;
      };
    }
  }

  /** Tokens of the demo application at one set of addresses, and the key that they are bound to. */
  private record Grant(Addresses addresses, DPoPKey key, JsonNode tokens) {

    static Grant at(Addresses addresses, String scope) {
      DPoPKey key = DPoPKey.random();
      Answer answer =
          redeem(authorizeAt(addresses).with("scope", scope), key.proof("POST", token(addresses)));
      assertThat(answer.status()).as(answer::summary).isEqualTo(200);
      return new Grant(addresses, key, answer.json());
    }

    String accessToken() {
      return tokens.path("access_token").asText();
    }

    /** A good proof for that place, with the token where one comes with it. */
    String proof(Place place) {
      return place.isForAToken()
          ? key.proof(place.method(), place.uri(addresses), accessToken())
          : key.proof(place.method(), place.uri(addresses));
    }

    /** A request at that place that is good but for its proofs. */
    Answer send(Place place, Parameters proofs) {
      Parameters headers =
          place.isForAToken() ? proofs.and("Authorization", "DPoP " + accessToken()) : proofs;
      TokenClient client = new TokenClient(headers);
      return switch (place) {
        case TOKEN -> client.post(token(addresses), DemoApp.refreshRequest(tokens));
        case PAR -> client.post(addresses.par(SERVER), authorizeAt(addresses).parameters());
        case USERINFO -> client.get(addresses.userinfo(SERVER));
        case CHECK ->
            TrustedProxy.get(Gateway.address(), headers.and(Gateway.forwarded("GET", API)));
      };
    }

    Answer send(Place place, String proof) {
      return send(place, Parameters.of("DPoP", proof));
    }
  }

  private static URI token(Addresses addresses) {
    return addresses.token(SERVER);
  }

  private static Answer redeem(AuthorizationFlow flow, String... proofs) {
    return redeem(flow, TokenClient.anonymous(), proofs);
  }

  private static Answer redeem(AuthorizationFlow flow, TokenClient client, String... proofs) {
    TokenClient proving = client;
    for (String proof : proofs) {
      proving = proving.header("DPoP", proof);
    }
    return proving.post(
        token(flow.addresses()), flow.tokenRequest(flow.callback(BROWSER).get("code")));
  }

  @Test
  void theMetadataNamesTheAlgorithmsOfProofs() {
    JsonNode metadata =
        TokenClient.anonymous()
            .get(URI.create(SERVER.realmUrl() + "/.well-known/openid-configuration"))
            .json();

    assertThat(metadata.path("dpop_signing_alg_values_supported"))
        .extracting(JsonNode::asText)
        .contains("ES256", "PS256", "EdDSA")
        .doesNotContain("none", "HS256");
  }

  @ParameterizedTest
  @CsvSource({"PACK, FORM", "PACK, JSON", "KEYCLOAK, FORM"})
  void aClientThatProvesItsKeyGetsTokensThatAreBoundToIt(Addresses addresses, BodyKind kind)
      throws Exception {
    DPoPKey key = DPoPKey.random();
    AuthorizationFlow flow = authorizeAt(addresses).with("scope", "transactions:read");

    JsonNode tokens =
        flow.tokens(
                BROWSER,
                kind,
                TokenClient.anonymous().header("DPoP", key.proof("POST", token(addresses))))
            .json();

    String accessToken = tokens.path("access_token").asText();
    assertThat(tokens.path("token_type").asText()).isEqualTo("DPoP");
    assertThat(Jwt.claims(accessToken).at("/cnf/jkt").asText()).isEqualTo(key.thumbprint());
    JsonNode said = ResourceServer.API.introspect(addresses, accessToken);
    assertThat(said.path("active").asBoolean()).isTrue();
    assertThat(said.path("token_type").asText()).isEqualTo("DPoP");
    assertThat(said.at("/cnf/jkt").asText()).isEqualTo(key.thumbprint());
  }

  static Stream<Arguments> goodPlaces() {
    return Stream.of(Place.values()).flatMap(SenderConstrainedIT::atAddresses);
  }

  /** {@code check} is at the pack's addresses only. */
  private static Stream<Arguments> atAddresses(Place place) {
    return Stream.of(Addresses.values())
        .filter(addresses -> place != Place.CHECK || addresses == Addresses.PACK)
        .map(addresses -> Arguments.of(addresses, place));
  }

  @ParameterizedTest
  @MethodSource("goodPlaces")
  void aProofIsGoodOnce(Addresses addresses, Place place) {
    Grant grant = Grant.at(addresses, "openid transactions:read");
    String proof = grant.proof(place);

    assertTaken(grant.send(place, proof));
    assertRefused(place, grant.send(place, proof));
  }

  @ParameterizedTest
  @MethodSource("goodPlaces")
  void aClockMayDifferByTenSeconds(Addresses addresses, Place place) {
    Grant grant = Grant.at(addresses, "openid transactions:read");

    assertTaken(send(grant, place, new ForgedProof("", "{'iat':$now-10}", "", "")));
    Grant another = Grant.at(addresses, "openid transactions:read");
    assertTaken(send(another, place, new ForgedProof("", "{'iat':$now+10}", "", "")));
  }

  @ParameterizedTest
  @MethodSource("goodPlaces")
  void whatAProofSaysBeyondTheRulesDoesNoHarm(Addresses addresses, Place place) {
    Grant grant = Grant.at(addresses, "openid transactions:read");

    assertTaken(
        send(
            grant,
            place,
            new ForgedProof(
                "{'kid':'x'}", "{'nbf':$now-5,'exp':$now+60,'htu':'$htu?a=b#c'}", "", "")));
  }

  private static void assertTaken(Answer answer) {
    assertThat(answer.status()).as(answer::summary).isIn(200, 201);
  }

  static Stream<Arguments> badProofs() {
    return Cases.of("dpop-proofs-bad.csv")
        .map(Arguments::get)
        .flatMap(
            row ->
                Stream.of(Place.values())
                    .filter(place -> "".equals(row[5]) || place.isForAToken())
                    .flatMap(SenderConstrainedIT::atAddresses)
                    .map(Arguments::get)
                    .map(at -> Arguments.of(row[0], at[0], at[1], forged(row))));
  }

  private static ForgedProof forged(Object... row) {
    return new ForgedProof(
        row[1].toString(), row[2].toString(), row[3].toString(), row[4].toString());
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("badProofs")
  void aBadProofIsRefused(String name, Addresses addresses, Place place, ForgedProof forged) {
    Grant grant = Shared.GRANTS.get(addresses);

    assertRefused(place, send(grant, place, forged));
  }

  /** Grants for cases that use nothing up. */
  private static final class Shared {
    static final Map<Addresses, Grant> GRANTS =
        Map.of(
            Addresses.PACK, Grant.at(Addresses.PACK, "openid transactions:read"),
            Addresses.KEYCLOAK, Grant.at(Addresses.KEYCLOAK, "openid transactions:read"));
  }

  private static Answer send(Grant grant, Place place, ForgedProof forged) {
    return grant.send(
        place, forged.headers(grant.key(), place.uri(grant.addresses()), grant.proof(place)));
  }

  private static void assertRefused(Place place, Answer answer) {
    switch (place) {
      case TOKEN, PAR -> assertError(answer, 400, "invalid_dpop_proof");
      case USERINFO -> assertChallenge(answer, "invalid_token");
      case CHECK -> {
        assertChallenge(answer, "invalid_dpop_proof");
        Gateway.assertNothingTold(answer);
      }
    }
  }

  /** RFC 9449 7.1. */
  private static void assertChallenge(Answer answer, String error) {
    assertThat(answer.status()).as(answer::summary).isEqualTo(401);
    assertThat(answer.headers().allValues("WWW-Authenticate"))
        .singleElement()
        .satisfies(
            challenge ->
                assertThat(challenge)
                    .matches("DPoP ([a-z_]+=\"[ !#-\\[\\]-~]*\"(, ?)?)+")
                    .contains("error=\"" + error + "\"")
                    .containsPattern("algs=\"[^\"]*\\bES256\\b"));
  }

  @ParameterizedTest
  @EnumSource
  void aStolenTokenIsWorthNothingWithoutItsKey(Addresses addresses) {
    Grant grant = Grant.at(addresses, "openid transactions:read");
    Grant thief = new Grant(addresses, DPoPKey.random(), grant.tokens());

    assertRefused(Place.USERINFO, thief.send(Place.USERINFO, thief.proof(Place.USERINFO)));
    assertRefused(Place.CHECK, thief.send(Place.CHECK, thief.proof(Place.CHECK)));
    assertError(thief.send(Place.TOKEN, thief.proof(Place.TOKEN)), 400, "invalid_grant");
    Answer asBearer = TokenClient.bearer(grant.accessToken()).get(addresses.userinfo(SERVER));
    assertThat(asBearer.status()).isEqualTo(401);
    Gateway.assertInvalidToken(Gateway.check(grant.accessToken()));
    Gateway.assertInvalidToken(
        TrustedProxy.get(
            Gateway.address(),
            Gateway.forwarded("GET", API)
                .and("Authorization", "Bearer " + grant.accessToken())
                .and("DPoP", grant.proof(Place.CHECK))));
    assertTaken(grant.send(Place.TOKEN, grant.proof(Place.TOKEN)));
  }

  @ParameterizedTest
  @EnumSource
  void aTokenThatIsBoundToNoKeyIsNoneToShowWithAProof(Addresses addresses) {
    JsonNode tokens =
        redeem(authorizeAt(addresses).with("scope", "openid transactions:read")).json();
    assertThat(tokens.path("token_type").asText()).isEqualTo("Bearer");
    Grant grant = new Grant(addresses, DPoPKey.random(), tokens);

    assertChallenge(grant.send(Place.USERINFO, grant.proof(Place.USERINFO)), "invalid_token");
    assertChallenge(grant.send(Place.CHECK, grant.proof(Place.CHECK)), "invalid_token");
  }

  @ParameterizedTest
  @EnumSource
  void theRefreshTokenOfAPublicClientIsBoundToTheKey(Addresses addresses) throws Exception {
    Grant first = Grant.at(addresses, "transactions:read");
    assertError(first.send(Place.TOKEN, Parameters.of()), 400, "invalid_grant");
    Grant thief = new Grant(addresses, DPoPKey.random(), first.tokens());
    assertError(thief.send(Place.TOKEN, thief.proof(Place.TOKEN)), 400, "invalid_grant");

    Answer refreshed = first.send(Place.TOKEN, first.proof(Place.TOKEN));

    Grant second = new Grant(addresses, first.key(), refreshed.json());
    assertThat(second.tokens().path("token_type").asText()).isEqualTo("DPoP");
    assertThat(Jwt.claims(second.accessToken()).at("/cnf/jkt").asText())
        .isEqualTo(first.key().thumbprint());
    assertError(second.send(Place.TOKEN, Parameters.of()), 400, "invalid_grant");
    assertTaken(second.send(Place.TOKEN, second.proof(Place.TOKEN)));
  }

  @ParameterizedTest
  @EnumSource
  void aCodeThatIsBoundToAKeyIsRedeemedWithThatKeyAlone(Addresses addresses) {
    DPoPKey key = DPoPKey.random();
    AuthorizationFlow flow =
        authorizeAt(addresses)
            .with("scope", "transactions:read")
            .with("dpop_jkt", key.thumbprint());
    DPoPKey other = DPoPKey.random();

    assertError(redeem(flow), 400, "invalid_request");
    assertError(redeem(flow, other.proof("POST", token(addresses))), 400, "invalid_request");
    assertTaken(redeem(flow, key.proof("POST", token(addresses))));
  }

  @ParameterizedTest
  @EnumSource
  void aPushedRequestBindsItsCodeByAProofOrByTheThumbprint(Addresses addresses) {
    URI par = addresses.par(SERVER);
    DPoPKey key = DPoPKey.random();
    AuthorizationFlow flow = authorizeAt(addresses).with("scope", "transactions:read");
    AuthorizationFlow named = flow.with("dpop_jkt", key.thumbprint());
    TokenClient proving = TokenClient.anonymous().header("DPoP", key.proof("POST", par));
    DPoPKey other = DPoPKey.random();

    assertError(
        TokenClient.anonymous()
            .header("DPoP", other.proof("POST", par))
            .post(par, named.parameters()),
        400,
        "invalid_request");
    for (AuthorizationFlow pushed : List.of(flow.pushed(proving), named.pushed(PUBLIC))) {
      assertError(redeem(pushed), 400, "invalid_request");
    }
    assertError(
        redeem(named.pushed(PUBLIC), other.proof("POST", token(addresses))),
        400,
        "invalid_request");
    assertTaken(redeem(named.pushed(PUBLIC), key.proof("POST", token(addresses))));
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatIsSetToBindItsTokensGetsNoOthers(Addresses addresses) throws Throwable {
    AuthorizationFlow flow = authorizeAt(addresses).with("scope", "openid transactions:read");
    String unbound = redeem(flow).json().path("access_token").asText();
    admin.withClientChange(
        AuthorizationFlow.DEMO_APP,
        client -> client.withObject("/attributes").put("dpop.bound.access.tokens", "true"),
        () -> {
          DPoPKey key = DPoPKey.random();
          assertError(redeem(flow), 400, "invalid_dpop_proof");
          assertTaken(redeem(flow, key.proof("POST", token(addresses))));
          assertThat(TokenClient.bearer(unbound).get(addresses.userinfo(SERVER)).status())
              .isEqualTo(401);
          Gateway.assertInvalidToken(Gateway.check(unbound));
        });
  }

  @ParameterizedTest
  @EnumSource
  void aBoundTokenIsRevokedAndExchangedByItsClient(Addresses addresses) {
    DPoPKey key = DPoPKey.random();
    AuthorizationFlow flow =
        authorizeAt(addresses)
            .with("client_id", "expensicat-web")
            .with("redirect_uri", "http://localhost:3000/callback")
            .with("scope", "transactions:read");
    String subject =
        redeem(flow, WEB, key.proof("POST", token(addresses))).json().path("access_token").asText();
    Parameters exchange =
        SessionExchange.request(subject, "transactions:read")
            .with("subject_token_type", SessionExchange.ACCESS_TOKEN_TYPE);

    assertError(WEB.post(token(addresses), exchange), 400, "invalid_request");
    assertError(
        WEB.header("DPoP", DPoPKey.random().proof("POST", token(addresses)))
            .post(token(addresses), exchange),
        400,
        "invalid_request");
    Answer exchanged =
        WEB.header("DPoP", key.proof("POST", token(addresses))).post(token(addresses), exchange);
    assertTaken(exchanged);
    assertThat(exchanged.json().path("token_type").asText()).isEqualTo("DPoP");

    assertTaken(WEB.post(addresses.revoke(SERVER), Parameters.of("token", subject)));
    assertThat(ResourceServer.API.introspect(addresses, subject).path("active").asBoolean())
        .isFalse();
  }

  @Test
  void theGatewayIsToldTheSameOfABoundToken() {
    Grant grant = Grant.at(Addresses.PACK, "transactions:read");

    Answer answer = grant.send(Place.CHECK, grant.proof(Place.CHECK));

    assertTaken(answer);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("Cache-Control")).hasValue("no-store");
    assertThat(Gateway.authHeaders(answer)).isEqualTo(Gateway.HEADERS);
    assertThat(Gateway.said(answer, "Client")).isEqualTo(AuthorizationFlow.DEMO_APP);
    assertThat(Gateway.said(answer, "Token-Use")).isEqualTo("access");
  }

  @Test
  void aScopeThatABoundTokenLacksIsTheScopeThatIsMissing() {
    Grant grant = Grant.at(Addresses.PACK, "transactions:read");

    Answer answer =
        TrustedProxy.get(
            Gateway.address("transactions:write"),
            shown(grant, grant.proof(Place.CHECK)).and(Gateway.forwarded("GET", API)));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.header("WWW-Authenticate"))
        .hasValueSatisfying(
            challenge ->
                assertThat(challenge)
                    .startsWith("DPoP ")
                    .contains("error=\"insufficient_scope\"")
                    .contains("scope=\"transactions:write\""));
    Gateway.assertNothingTold(answer);
  }

  private static Parameters shown(Grant grant, String proof) {
    return Parameters.of("Authorization", "DPoP " + grant.accessToken(), "DPoP", proof);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, https://api.expensicat.test/v1/transactions?page=2",
    "POST, https://api.expensicat.test/v1/transactions",
    "PROPFIND, https://api.expensicat.test/v1/a%20b/%C3%A9,c",
    "DELETE, https://api.expensicat.test:8443/v1",
    "GET, http://127.0.0.1:9000/",
    "GET, https://[2001:db8::1]/v1"
  })
  void aProofIsForTheRequestAtTheApi(String method, URI request) {
    Grant grant = Grant.at(Addresses.PACK, "transactions:read");
    URI htu = URI.create(request.toString().replaceFirst("\\?.*", ""));
    Supplier<String> proof = () -> grant.key().proof(method, htu, grant.accessToken());

    assertTaken(
        TrustedProxy.get(
            Gateway.address(), shown(grant, proof.get()).and(Gateway.forwarded(method, request))));
    for (Parameters other :
        List.of(
            Gateway.forwarded("PATCH", request),
            Gateway.forwarded(method, URI.create("https://other.expensicat.test/v1")),
            Gateway.forwarded(method, request).with("X-Forwarded-Uri", "/elsewhere"))) {
      assertRefused(
          Place.CHECK, TrustedProxy.get(Gateway.address(), shown(grant, proof.get()).and(other)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-X-Forwarded-Method",
        "-X-Forwarded-Proto",
        "-X-Forwarded-Host",
        "-X-Forwarded-Uri",
        "X-Forwarded-Method=",
        "X-Forwarded-Host=",
        "X-Forwarded-Uri=",
        "+X-Forwarded-Method=GET",
        "+X-Forwarded-Proto=https",
        "+X-Forwarded-Uri=/v1/transactions",
        "+X-Forwarded-Host=api.expensicat.test",
        "X-Forwarded-Host=api.expensicat.test, x",
        "X-Forwarded-Host=evil@api.expensicat.test",
        "X-Forwarded-Host=api.expensicat.test:99999999",
        "X-Forwarded-Proto=ftp",
        "X-Forwarded-Proto=https, https",
        "X-Forwarded-Uri=v1/transactions",
        "X-Forwarded-Uri=https://api.expensicat.test/v1/transactions",
        "X-Forwarded-Uri=/v1/%zz",
        "X-Forwarded-Uri=//",
        "X-Forwarded-Method=G T",
        "X-Forwarded-Port=x",
        "X-Forwarded-Port=-1",
        "X-Forwarded-For=\"",
        "X-Forwarded-For=a b"
      })
  void aProxyThatSaysItOtherwiseLetsNoBoundTokenThrough(String change) {
    Grant grant = Shared.GRANTS.get(Addresses.PACK);
    Parameters headers =
        Cases.change(change)
            .apply(shown(grant, grant.proof(Place.CHECK)).and(Gateway.forwarded("GET", API)));

    Answer answer = TrustedProxy.get(Gateway.address(), headers);

    if (change.startsWith("X-Forwarded-Port") || change.startsWith("X-Forwarded-For")) {
      assertThat(answer.status()).as(answer::summary).isIn(200, 401);
    } else {
      assertThat(answer.status()).as(answer::summary).isEqualTo(401);
      assertThat(answer.header("WWW-Authenticate").orElseThrow()).startsWith("DPoP ");
      Gateway.assertNothingTold(answer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "X-Forwarded-Trusted-Proxy=true", "X-Forwarded-For=127.0.0.2"})
  void whoIsNoTrustedProxySaysNothingThatCounts(String more) {
    Grant grant = Grant.at(Addresses.PACK, "transactions:read");
    Parameters headers = shown(grant, grant.proof(Place.CHECK)).and(Gateway.forwarded("GET", API));

    Answer answer =
        new TokenClient(more.isEmpty() ? headers : Cases.change(more).apply(headers))
            .get(Gateway.address());

    assertChallenge(answer, "invalid_token");
    Gateway.assertNothingTold(answer);
    assertTaken(TrustedProxy.get(Gateway.address(), headers));
  }

  @Test
  void aTrustedProxyChangesNoAddressOfThisServer() {
    Answer metadata =
        TrustedProxy.get(
            URI.create(SERVER.realmUrl() + "/.well-known/openid-configuration"),
            Gateway.forwarded("GET", URI.create("https://evil.example/x")));

    assertThat(metadata.status()).as(metadata::summary).isEqualTo(200);
    assertThat(metadata.body()).contains(SERVER.realmUrl()).doesNotContain("evil.example");
  }

  @Test
  void ofManyAtOnceWithOneProofOneIsLetThrough() {
    Grant grant = Grant.at(Addresses.PACK, "transactions:read");
    String proof = grant.proof(Place.CHECK);

    List<Integer> statuses = AtOnce.run(20, () -> grant.send(Place.CHECK, proof).status());

    assertThat(statuses).containsOnly(200, 401).containsOnlyOnce(200);
  }

  @Test
  void aSessionJwtIsNeverBoundToAKey() throws Exception {
    try (TestIssuer issuer = TestIssuer.trusted(SERVER, "constrained", Map.of())) {
      String jwt = issuer.session().compact();
      DPoPKey key = DPoPKey.random();
      Parameters headers = Parameters.of("Authorization", "DPoP " + jwt);

      assertChallenge(
          TrustedProxy.get(
              Gateway.address(),
              headers.and("DPoP", key.proof("GET", API, jwt)).and(Gateway.forwarded("GET", API))),
          "invalid_token");
      for (Addresses addresses : Addresses.values()) {
        URI userinfo = addresses.userinfo(SERVER);
        assertChallenge(
            new TokenClient(headers.and("DPoP", key.proof("GET", userinfo, jwt))).get(userinfo),
            "invalid_token");
      }
    }
  }

  @Test
  void aTokenThatIsBoundToACertificateIsRefusedByTheGateway() throws Throwable {
    JsonNode mapper =
        Json.object(
            "{'name':'bound','protocol':'openid-connect',"
                + "'protocolMapper':'oidc-hardcoded-claim-mapper','config':{"
                + "'claim.name':'cnf','jsonType.label':'JSON','access.token.claim':'true',"
                + "'claim.value':'{\\'x5t#S256\\':\\'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2\\'}'}}"
                    .replace("\\'", "\\\""));
    String mappers = admin.clientPath(AuthorizationFlow.DEMO_APP) + "/protocol-mappers/models";
    String id = admin.create(mappers, mapper);
    try {
      String bound =
          redeem(authorizeAt(Addresses.PACK).with("scope", "transactions:read"))
              .json()
              .path("access_token")
              .asText();
      assertThat(Jwt.claims(bound).path("cnf").has("x5t#S256")).isTrue();
      Gateway.assertInvalidToken(Gateway.check(bound));
      assertChallenge(
          TrustedProxy.get(
              Gateway.address(),
              Gateway.forwarded("GET", API)
                  .and("Authorization", "DPoP " + bound)
                  .and("DPoP", DPoPKey.random().proof("GET", API, bound))),
          "invalid_token");
    } finally {
      admin.delete(mappers + "/" + id);
    }
  }

  @ParameterizedTest
  @Tag("slow")
  @ValueSource(strings = {"", "--proxy-headers=forwarded", "--proxy-headers=xforwarded"})
  void whetherAProxyIsBelievedIsKeycloaksOwnSetting(String option) {
    ServerSettings settings = ServerSettings.standard();
    try (ServerProcess server =
        KeycloakServer.start(option.isEmpty() ? settings : settings.withRuntimeOptions(option))) {
      URI token = Addresses.PACK.token(server);
      URI check = URI.create(server.packUrl() + "/check");
      DPoPKey key = DPoPKey.random();
      AuthorizationFlow flow =
          authorizeAt(Addresses.PACK, server).with("scope", "transactions:read");
      String accessToken =
          flow.tokens(
                  new Browser(),
                  BodyKind.FORM,
                  TokenClient.anonymous().header("DPoP", key.proof("POST", token)))
              .json()
              .path("access_token")
              .asText();

      Answer answer =
          new TokenClient(
                  Gateway.forwarded("GET", API)
                      .and("X-Forwarded-Trusted-Proxy", "true")
                      .and("Authorization", "DPoP " + accessToken)
                      .and("DPoP", key.proof("GET", API, accessToken)))
              .get(check);

      if (option.endsWith("=xforwarded")) {
        assertTaken(answer);
      } else {
        assertChallenge(answer, "invalid_token");
      }
    }
  }
}
