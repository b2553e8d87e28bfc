package com.expensicat.keycloak.it.gateway;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.AdminToken;
import com.expensicat.keycloak.it.support.admin.Events;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.http.RawHttp;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import java.net.URI;
import java.net.URLDecoder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The one decision that a gateway asks for, about both kinds of bearer token (RFC 6750). */
class CheckIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static TestIssuer issuer;
  private static Events events;

  private final AdminApi admin = SERVER.admin();

  @BeforeAll
  static void trustAnIssuer() {
    SERVER.admin().forgetSignOuts();
    events = Events.ofRefusals(SERVER.admin());
    issuer = TestIssuer.trusted(SERVER, "check", Map.of());
  }

  @AfterAll
  static void removeIt() {
    issuer.close();
    events.close();
  }

  @Test
  void aSessionIsLetThroughWithWhoAndWhat() {
    SessionJwt jwt = issuer.session().claim("org", "org_42");

    Answer answer = Gateway.check(jwt.compact(), "transactions:read", "team:admin");

    assertLetThrough(answer);
    assertThat(Gateway.said(answer, "User")).isEqualTo(issuer.user(jwt).path("id").asText());
    assertThat(Gateway.said(answer, "Subject")).isEqualTo(jwt.subject());
    assertThat(Gateway.said(answer, "Client")).isEmpty();
    assertThat(Gateway.said(answer, "Scope").split(" ", -1))
        .containsExactlyInAnyOrderElementsOf(ScopeTable.SCOPES);
    assertThat(Gateway.said(answer, "Token-Use")).isEqualTo("session");
    assertThat(Gateway.said(answer, "Org")).isEqualTo("org_42");
  }

  @Test
  void anAccessTokenIsLetThroughWithWhoAndWhat() {
    Answer answer = Gateway.check(accessToken("openid transactions:read"), "transactions:read");

    assertLetThrough(answer);
    assertThat(Gateway.said(answer, "User")).isEqualTo(admin.user("demo").path("id").asText());
    assertThat(Gateway.said(answer, "Subject")).isEmpty();
    assertThat(Gateway.said(answer, "Client")).isEqualTo(AuthorizationFlow.DEMO_APP);
    assertThat(Gateway.said(answer, "Scope").split(" ", -1))
        .containsExactlyInAnyOrder("openid", "transactions:read");
    assertThat(Gateway.said(answer, "Token-Use")).isEqualTo("access");
    assertThat(Gateway.said(answer, "Org")).isEmpty();
  }

  @Test
  void aPersonHasTheSameIdWhicheverTokenCame() {
    String subject = TestIssuer.newSubject();
    String link = admin.userPath("demo") + "/federated-identity/" + issuer.alias();
    admin.post(link, Map.of("userId", subject, "userName", subject));
    try {
      String access = accessToken("transactions:read");
      Answer byAccess = Gateway.check(access);
      Answer bySession = Gateway.check(issuer.session(subject).compact());

      assertLetThrough(byAccess);
      assertLetThrough(bySession);
      assertThat(Gateway.said(byAccess, "Subject")).isEqualTo(subject);
      assertThat(Gateway.said(bySession, "Subject")).isEqualTo(subject);
      assertThat(Gateway.said(bySession, "User")).isEqualTo(Gateway.said(byAccess, "User"));
      assertThat(
              ResourceServer.API.introspect(Addresses.PACK, access).path("expensicat_sub").asText())
          .isEqualTo(subject);
    } finally {
      admin.delete(link);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "QUERY"})
  void theMethodMakesNoDifference(String method) {
    String jwt = issuer.session().compact();

    assertLetThrough(TokenClient.bearer(jwt).send(method, Gateway.address("transactions:read")));
    Gateway.assertNoToken(TokenClient.anonymous().send(method, Gateway.address()));
    Gateway.assertInvalidToken(TokenClient.bearer("junk").send(method, Gateway.address()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json|{\"cut",
        "application/x-www-form-urlencoded|a=%zz",
        "application/x-www-form-urlencoded|access_token=x",
        "multipart/form-data|no boundary",
        "application/xml|<a/>",
        "garbage|x"
      })
  void theBodyMakesNoDifference(String mediaType, String body) {
    String jwt = issuer.session().compact();

    assertLetThrough(TokenClient.bearer(jwt).send("POST", Gateway.address(), mediaType, body));
    Gateway.assertNoToken(TokenClient.anonymous().send("POST", Gateway.address(), mediaType, body));
  }

  @Test
  void aBodyOfAMegabyteMakesNoDifference() {
    assertLetThrough(
        TokenClient.bearer(issuer.session().compact())
            .send("PUT", Gateway.address(), "text/plain", "x".repeat(1_000_000)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "application/xml", "image/*", "garbage", ""})
  void whatTheBrowserAcceptsMakesNoDifference(String accept) {
    assertLetThrough(
        TokenClient.bearer(issuer.session().compact())
            .header("Accept", accept)
            .get(Gateway.address()));
    Gateway.assertNoToken(TokenClient.anonymous().header("Accept", accept).get(Gateway.address()));
  }

  @Test
  void anyScopeThatIsNotHeldIsMissing() {
    String session = issuer.session().claim("scope", "transactions:read team:read").compact();
    String access = accessToken("transactions:read team:read");

    for (String token : List.of(session, access)) {
      assertLetThrough(Gateway.check(token));
      assertLetThrough(Gateway.check(token, ""));
      assertLetThrough(Gateway.check(token, "transactions:read"));
      assertLetThrough(Gateway.check(token, "team:read", "transactions:read"));
      Gateway.assertInsufficientScope(
          Gateway.check(token, "transactions:write"), "transactions:write");
      Gateway.assertInsufficientScope(
          Gateway.check(token, "transactions:read", "transactions:write"),
          "transactions:read",
          "transactions:write");
      Gateway.assertInsufficientScope(Gateway.check(token, "unknown:read"), "unknown:read");
      Gateway.assertInsufficientScope(
          Gateway.check(token, "TRANSACTIONS:READ"), "TRANSACTIONS:READ");
    }
  }

  @Test
  void aSecondScopeParameterIsNoWayRound() {
    String jwt = issuer.session().claim("scope", "transactions:read").compact();

    for (String query :
        List.of(
            "scope=transactions:read&scope=team:admin",
            "scope=team:admin&scope=transactions:read",
            "scope=team:admin&scope=",
            "scope=&scope=team:admin")) {
      Answer answer = TokenClient.bearer(jwt).get(URI.create(Gateway.address() + "?" + query));
      assertThat(answer.status()).as(answer::summary).isEqualTo(403);
    }
  }

  /** Envoy appends path and query of each request to what it was told to ask. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/invoices",
        "/api/v1/invoices?page=2",
        "/a%20b/%C3%A9/..%2F../;v=1?x=a+b&y[]=1&path=/elsewhere",
        "/invoices?scope=transactions:read",
        "/invoices?a&scope=&scope",
        "/invoices?q=%C3%A9%25%26scope%3Dteam:admin",
        "/?token=x&access_token=y&=&&?#"
      })
  void aPathThatAGatewayAppendsDoesNotCount(String path) {
    String question = Gateway.address("transactions:read").getRawQuery() + "&path=" + path;

    assertThat(statusOf(question, accessToken("transactions:read"))).isEqualTo(200);
    assertThat(statusOf(question, accessToken("invoices:read"))).isEqualTo(403);
    assertThat(statusOf(question, "garbage")).isEqualTo(401);
  }

  /** So a client cannot lift a rule, and gains nothing by one of its own. */
  @Test
  void aScopeInAnAppendedPathMustBeHeldToo() {
    String question =
        Gateway.address("transactions:read").getRawQuery() + "&path=/invoices?a&scope=team:admin";

    assertThat(statusOf(question, accessToken("transactions:read"))).isEqualTo(403);
    assertThat(statusOf(question, accessToken("team:admin"))).isEqualTo(403);
    assertThat(statusOf(question, accessToken("transactions:read team:admin"))).isEqualTo(200);
  }

  @Test
  void anAppendedPathThatIsNoUriIsRefused() {
    String question = Gateway.address("transactions:read").getRawQuery() + "&path=/invoices?%zz&%";

    assertThat(statusOf(question, accessToken("transactions:read"))).isEqualTo(400);
  }

  /** The status for a question that need not be a URI. */
  private static int statusOf(String query, String token) {
    URI check = Gateway.address();
    String request =
        "GET "
            + check.getRawPath()
            + "?"
            + query
            + " HTTP/1.1\r\nHost: "
            + check.getRawAuthority()
            + "\r\nAuthorization: Bearer "
            + token
            + "\r\nConnection: close\r\n\r\n";
    List<Integer> statuses =
        RawHttp.exchange(KeycloakServer.shared(), request.getBytes(US_ASCII)).statuses();
    assertThat(statuses).hasSize(1);
    return statuses.get(0);
  }

  @Test
  void aScopeWithOtherCharactersCannotBreakTheChallenge() {
    Answer answer = Gateway.check(issuer.session().compact(), "a\"b\\c\r\nX-Evil: 1", "é");

    assertThat(answer.status()).as(answer::summary).isEqualTo(403);
    assertThat(answer.header("X-Evil")).isEmpty();
    assertThat(answer.header("WWW-Authenticate"))
        .hasValueSatisfying(
            challenge ->
                assertThat(challenge).matches("Bearer ([a-z_]+=\"[ !#-\\[\\]-~]*\"(, ?)?)+"));
  }

  @Test
  void withoutATokenNoErrorIsTold() {
    String jwt = issuer.session().compact();

    Gateway.assertNoToken(TokenClient.anonymous().get(Gateway.address()));
    Gateway.assertNoToken(TokenClient.anonymous().get(Gateway.address("transactions:read")));
    Gateway.assertNoToken(
        TokenClient.anonymous().get(URI.create(Gateway.address() + "?access_token=" + jwt)));
    Gateway.assertNoToken(
        TokenClient.anonymous().post(Gateway.address(), Parameters.of("access_token", jwt)));
    Gateway.assertNoToken(TokenClient.anonymous().header("Cookie", jwt).get(Gateway.address()));
    Gateway.assertNoToken(
        TokenClient.anonymous().header("X-Forwarded-Access-Token", jwt).get(Gateway.address()));
  }

  @Test
  void theSchemeIsBearerInAnyCaseAndNoOther() {
    String jwt = issuer.session().compact();

    for (String scheme : List.of("Bearer", "bearer", "BEARER")) {
      assertLetThrough(checkWith(scheme + " " + jwt));
    }
    for (String header :
        List.of(jwt, "DPoP " + jwt, "Basic " + jwt, "Token " + jwt, "Bearer", "Bearer:" + jwt)) {
      Answer answer = checkWith(header);
      assertThat(answer.status()).as(header).isEqualTo(401);
      assertThat(Gateway.authHeaders(answer)).isEmpty();
    }
    for (String header :
        List.of(
            "Bearer " + jwt + " " + jwt, "Bearer " + jwt + "," + jwt, "Bearer \"" + jwt + '"')) {
      Gateway.assertInvalidToken(checkWith(header));
    }
  }

  @Test
  void twoAuthorizationHeadersAreNone() {
    String session = issuer.session().compact();
    String access = accessToken("transactions:read");

    for (String second : List.of(session, access, "junk")) {
      for (String first : List.of(session, access, "junk")) {
        Gateway.assertInvalidToken(
            TokenClient.bearer(first)
                .header("Authorization", "Bearer " + second)
                .get(Gateway.address()));
      }
    }
  }

  @Test
  void otherTokensOfThisServerAreRefused() throws Throwable {
    JsonNode tokens =
        authorizeAt(Addresses.PACK).with("scope", "openid transactions:read").tokens().json();
    String access = tokens.path("access_token").asText();

    Gateway.assertInvalidToken(Gateway.check(tokens.path("id_token").asText()));
    Gateway.assertInvalidToken(Gateway.check(tokens.path("refresh_token").asText()));
    Gateway.assertInvalidToken(Gateway.check(accessToken("openid profile")));
    Gateway.assertInvalidToken(Gateway.check(tokenOfTheMasterRealm()));
    Gateway.assertInvalidToken(Gateway.check(access + "x"));
    Gateway.assertInvalidToken(Gateway.check(access.substring(0, access.lastIndexOf('.') + 1)));
  }

  private static String tokenOfTheMasterRealm() {
    return new AdminToken(SERVER.baseUrl(), ServerProcess.ADMIN).value();
  }

  @Test
  void anAccessTokenThatEndedIsRefusedAndSoIsItsUser() throws Throwable {
    String revoked = accessToken("transactions:read");
    DemoApp.revoke(Addresses.PACK, revoked);
    Events.Watch refusals = events.watch(Events.CHECK_REFUSED);

    Gateway.assertInvalidToken(Gateway.check(revoked));

    assertThat(refusals.event().path("error").asText()).isEqualTo("invalid_token");
    String access = accessToken("transactions:read");
    admin.withChange(
        admin.userPath("demo"),
        user -> user.put("enabled", false),
        () -> Gateway.assertInvalidToken(Gateway.check(access)));
    assertLetThrough(Gateway.check(access));
  }

  @Test
  void aTokenThatIsBoundToAKeyIsNoBearerToken() throws JOSEException {
    URI endpoint = Addresses.PACK.token(SERVER);
    AuthorizationFlow flow = authorizeAt(Addresses.PACK).with("scope", "transactions:read");
    String proof =
        new DefaultDPoPProofFactory(new ECKeyGenerator(Curve.P_256).generate(), JWSAlgorithm.ES256)
            .createDPoPJWT("POST", endpoint)
            .serialize();
    Answer tokens =
        TokenClient.anonymous()
            .header("DPoP", proof)
            .post(endpoint, flow.tokenRequest(flow.callback(new Browser()).get("code")));
    assertThat(tokens.json().path("token_type").asText()).as(tokens::summary).isEqualTo("DPoP");
    String bound = tokens.json().path("access_token").asText();

    Gateway.assertInvalidToken(Gateway.check(bound));
    assertThat(checkWith("DPoP " + bound).status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Žižkov & Söhne", "日本", "100% sure", "a%41", "a+b c", "😀", "a;b,c=\"d\""})
  void everyValueArrivesInPlainAscii(String organisation) {
    String subject = TestIssuer.newSubject() + organisation;
    Answer answer = Gateway.check(issuer.session(subject).claim("org", organisation).compact());

    assertLetThrough(answer);
    assertThat(decoded(Gateway.said(answer, "Org"))).isEqualTo(organisation);
    assertThat(decoded(Gateway.said(answer, "Subject"))).isEqualTo(subject);
  }

  private static String decoded(String value) {
    assertThat(value).matches("[ -~]*");
    return URLDecoder.decode(value.replace("+", "%2B"), UTF_8);
  }

  @Test
  void noValueAddsAHeader() {
    SessionJwt jwt = issuer.session();

    Answer answer =
        Gateway.check(jwt.claim("org", "a\r\nX-Auth-Request-User: b\r\nX-Evil: 1").compact());

    assertThat(answer.header("X-Evil")).isEmpty();
    assertThat(answer.status()).as(answer::summary).isIn(200, 401);
    if (answer.status() == 200) {
      assertLetThrough(answer);
      assertThat(Gateway.said(answer, "User")).isEqualTo(issuer.user(jwt).path("id").asText());
    }
  }

  @Test
  void noOriginIsToldAnything() {
    Answer answer =
        TokenClient.bearer(issuer.session().compact())
            .header("Origin", "http://localhost:3000")
            .get(Gateway.address());

    assertLetThrough(answer);
    assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
  }

  private static void assertLetThrough(Answer answer) {
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("Cache-Control")).hasValue("no-store");
    assertThat(Gateway.authHeaders(answer)).isEqualTo(Gateway.HEADERS);
    assertThat(answer.header("WWW-Authenticate")).isEmpty();
    assertThat(answer.header("Set-Cookie")).isEmpty();
  }

  private static Answer checkWith(String authorization) {
    return TokenClient.anonymous().header("Authorization", authorization).get(Gateway.address());
  }

  private static String accessToken(String scope) {
    return authorizeAt(Addresses.PACK)
        .with("scope", scope)
        .tokens()
        .json()
        .path("access_token")
        .asText();
  }
}
