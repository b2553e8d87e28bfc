package com.expensicat.keycloak.it.endpoint;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.DEMO_APP;
import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AccountApi;
import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.AdminToken;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.admin.RealmAdmin;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.OpenApi;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.Registration;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each status that the description names for an operation is one that it answers with: to a good
 * request, or to the same with one thing wrong.
 */
class OpenApiStatusIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final Registration REGISTRATION = new Registration(SERVER, Addresses.PACK);
  private static final String WEB = "expensicat-web";
  private static final TokenClient WEB_APP = TokenClient.basic(WEB, WEB + "-dev-secret");
  private static final String RESOURCE = "/resources/described";
  private static final int TOO_LARGE = 64 * 1024 + 1;

  /** What another server shows. */
  private static final Map<String, String> ELSEWHERE =
      Map.of("protectedResource 200", "ServerOptionsIT");

  /** What a server without its database answers, as {@code DatabaseAwayIT} shows. */
  private static final int UNAVAILABLE = 503;

  private static Browser browser;
  private static NewPerson person;
  private static TestIssuer issuer;

  @BeforeAll
  static void prepare() {
    ADMIN.forgetSignOuts();
    browser = new Browser();
    person = NewPerson.join();
    issuer = TestIssuer.trusted(SERVER, "described", Map.of());
  }

  @AfterAll
  static void cleanUp() {
    ADMIN.send("DELETE", "/expensicat" + RESOURCE, null);
    issuer.close();
    person.close();
  }

  /** A request that can be changed. */
  private record Request(String method, URI uri, Parameters headers, String body) {

    static Request of(String method, String uri) {
      return new Request(method, URI.create(uri), Parameters.of(), "");
    }

    static Request form(String path, Parameters form) {
      return of("POST", SERVER.packUrl() + path)
          .with("Content-Type", BodyKind.FORM.mediaType())
          .withBody(form.encoded());
    }

    Request with(String header, String value) {
      return new Request(method, uri, headers.with(header, value), body);
    }

    Request by(TokenClient client) {
      return with("Authorization", client.headers().get("Authorization"));
    }

    Request bearing(String token) {
      return with("Authorization", "Bearer " + token);
    }

    Request withBody(String other) {
      return new Request(method, uri, headers, other);
    }

    Request at(String other) {
      return new Request(method, URI.create(other), headers, body);
    }

    Answer send() {
      TokenClient client = new TokenClient(headers.without("Content-Type"));
      return headers
          .find("Content-Type")
          .map(type -> client.send(method, uri, type, body))
          .orElseGet(() -> client.send(method, uri));
    }
  }

  static Stream<Arguments> named() {
    return OpenApi.operations().entrySet().stream()
        .flatMap(
            operation ->
                operation.getValue().stream()
                    .filter(status -> status != UNAVAILABLE)
                    .filter(status -> !ELSEWHERE.containsKey(operation.getKey() + " " + status))
                    .map(status -> Arguments.of(operation.getKey(), status)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("named")
  void itIsAnswered(String operation, int status) throws Throwable {
    Answer answer = provoke(operation, status);

    assertThat(answer.status()).as(answer::summary).isEqualTo(status);
  }

  private static Answer provoke(String operation, int status) throws Throwable {
    Request good = good(operation);
    return switch (status) {
      case 200, 201, 204, 302, 307 -> good.send();
      case 400 -> garbled(operation, good).send();
      case 401 -> good.with("Authorization", scheme(good) + " nonsense").send();
      case 403 -> withoutTheRight(operation, good);
      case 404 -> whereNothingIs(good);
      case 409 -> whileTheIssuerIsAway(good);
      case 413 -> good.withBody(good.body() + "&x=" + "x".repeat(TOO_LARGE)).send();
      case 415 -> good.with("Content-Type", "nonsense").send();
      default -> throw new AssertionError("Nobody knows how to get a " + status);
    };
  }

  /** Each parameter of the body is there twice, or its JSON object; else a NUL is in the query. */
  private static Request garbled(String operation, Request good) {
    String body = good.body();
    if (operation.equals("adminPutResource")) {
      return good.withBody(body.replace("https://", ""));
    }
    if (body.isEmpty() || operation.equals("authorizeByForm")) {
      String uri = good.uri().toString();
      return good.at(uri + (uri.contains("?") ? '&' : '?') + "x=%00");
    }
    return good.withBody(body + (body.startsWith("{") ? "" : "&") + body);
  }

  private static String scheme(Request good) {
    return good.headers().find("Authorization").orElse("Bearer").split(" ", 2)[0];
  }

  private static Answer withoutTheRight(String operation, Request good) throws Throwable {
    return switch (operation) {
      case "token", "pushAuthorizationRequest", "revoke" ->
          good.with("Origin", "https://evil.example").send();
      case "introspect" ->
          Request.form("/introspect", Parameters.of("token", "x", "client_id", DEMO_APP)).send();
      case "userinfo" -> good.bearing(accessToken("profile")).send();
      case "userinfoByForm" ->
          good.withBody(Parameters.of("access_token", accessToken("profile")).encoded()).send();
      case "check" -> good.at(Gateway.address("team:admin").toString()).send();
      case "takeAwayOwnConsent" -> asAPersonWhoMayOnlyLook(good);
      case "register", "readClient", "updateClient", "deleteClient" ->
          good.bearing(accessToken("openid")).send();
      default -> asAnAdminOfNothing(good);
    };
  }

  private static Answer asAPersonWhoMayOnlyLook(Request good) {
    try (NewPerson guest = NewPerson.join()) {
      String roles = guest.path() + "/role-mappings";
      String account = ADMIN.client("account").path("id").asText();
      ADMIN.send("DELETE", roles + "/realm", ADMIN.get(roles).path("realmMappings"));
      ADMIN.post(
          roles + "/clients/" + account,
          List.of(ADMIN.get("/clients/" + account + "/roles/view-groups")));
      return good.by(AccountApi.of(guest.person()).client()).send();
    }
  }

  private static Answer asAnAdminOfNothing(Request good) {
    try (RealmAdmin nobody = RealmAdmin.with()) {
      return good.bearing(new AdminToken(SERVER.baseUrl(), nobody.person()).value()).send();
    }
  }

  private static Answer whereNothingIs(Request good) throws Throwable {
    String uri = good.uri().toString();
    if (uri.startsWith(SERVER.packUrl())) {
      AtomicReference<Answer> answer = new AtomicReference<>();
      ADMIN.withRealmChange(realm -> realm.put("enabled", false), () -> answer.set(good.send()));
      return answer.get();
    }
    return good.at(uri.replace("realms/expensicat", "realms/nobody").replace("/v1", "/v2")).send();
  }

  private static Answer whileTheIssuerIsAway(Request good) {
    issuer.answer(TestIssuer.Jwks.ERROR);
    try {
      return good.send();
    } finally {
      issuer.answer(TestIssuer.Jwks.KEYS);
    }
  }

  private static Request good(String operation) {
    return switch (operation) {
      case "guide" -> Request.of("GET", SERVER.packUrl() + "/");
      case "authorize" -> Request.of("GET", flow().request().toString());
      case "authorizeByForm" -> Request.form("/authorize", flow().parameters());
      case "token" -> Request.form("/token", ofWeb().tokenRequest(code())).by(WEB_APP);
      case "pushAuthorizationRequest" -> Request.form("/par", ofWeb().parameters()).by(WEB_APP);
      case "revoke" -> Request.form("/revoke", Parameters.of("token", "x")).by(WEB_APP);
      case "introspect" -> Request.form("/introspect", Parameters.of("token", "x")).by(WEB_APP);
      case "userinfo" ->
          Request.of("GET", SERVER.packUrl() + "/userinfo").bearing(accessToken("openid"));
      case "userinfoByForm" ->
          Request.form("/userinfo", Parameters.of("access_token", accessToken("openid")));
      case "check" ->
          Request.of("GET", Gateway.address().toString()).bearing(accessToken("banking:read"));
      case "register" ->
          Request.of("POST", SERVER.packUrl() + "/register")
              .with("Content-Type", BodyKind.JSON.mediaType())
              .withBody(Json.write(Registration.metadata(Json.object("{}"))))
              .bearing(REGISTRATION.initialAccessToken(1));
      case "readClient" -> ofClient("GET", registered());
      case "updateClient" -> change(registered());
      case "deleteClient" -> ofClient("DELETE", registered());
      case "keys" -> Request.of("GET", SERVER.packUrl() + "/jwks");
      case "scopes" -> Request.of("GET", SERVER.packUrl() + "/scopes");
      case "openapiJson" -> Request.of("GET", SERVER.packUrl() + "/openapi.json");
      case "openapiYaml" -> Request.of("GET", SERVER.packUrl() + "/openapi.yaml");
      case "protectedResource" -> wellKnown("/oauth-protected-resource");
      case "protectedResourceOfPath" -> wellKnown("/oauth-protected-resource/v1");
      case "authorizationServer" -> wellKnown("/oauth-authorization-server/realms/expensicat");
      case "openidConfiguration" ->
          Request.of("GET", SERVER.realmUrl() + "/.well-known/openid-configuration");
      case "takeAwayOwnConsent" ->
          Request.of("DELETE", SERVER.realmUrl() + "/expensicat/consents?" + granted())
              .by(AccountApi.of(person.person()).client());
      case "adminOverview" -> admin("GET", "");
      case "adminFloor" -> admin("GET", "/floor");
      case "adminServer" -> admin("GET", "/server");
      case "adminRealm" -> admin("GET", "/realm");
      case "adminMendRealm" -> admin("POST", "/realm/mend");
      case "adminDifference" -> admin("GET", "/difference");
      case "adminScopes" -> admin("GET", "/scopes");
      case "adminScopeClients" -> admin("GET", "/scopes/clients?scope=banking:read");
      case "adminMendScopes" -> admin("POST", "/scopes/mend");
      case "adminClients" -> admin("GET", "/clients");
      case "adminIssuers" -> admin("GET", "/issuers");
      case "adminReloadKeys" -> admin("POST", "/issuers/" + issuer.alias() + "/reload-keys");
      case "adminResources" -> admin("GET", "/resources");
      case "adminPutResource" ->
          admin("PUT", RESOURCE)
              .with("Content-Type", BodyKind.JSON.mediaType())
              .withBody("{\"address\":\"https://described.expensicat.test/described\"}");
      case "adminDeleteResource" -> {
        good("adminPutResource").send();
        yield admin("DELETE", RESOURCE);
      }
      case "adminUserConsents" -> admin("GET", person.path() + "/consents");
      case "adminTakeAwayConsent" -> admin("DELETE", person.path() + "/consents?" + granted());
      default -> throw new AssertionError("Nobody knows how to ask for " + operation);
    };
  }

  private static AuthorizationFlow flow() {
    return authorizeAt(Addresses.PACK).as(person.person());
  }

  private static final AuthorizationFlow OF_WEB =
      authorizeAt(Addresses.PACK)
          .with("client_id", WEB)
          .with("redirect_uri", "http://localhost:3000/callback");

  private static AuthorizationFlow ofWeb() {
    return OF_WEB.as(person.person());
  }

  private static String code() {
    return ofWeb().callback(browser).get("code");
  }

  private static String accessToken(String scope) {
    return flow()
        .with("scope", scope)
        .tokens(browser, BodyKind.FORM)
        .json()
        .path("access_token")
        .asText();
  }

  /** Something that can be taken away: what is granted for no organisation. */
  private static String granted() {
    accessToken("banking:read");
    return "client_id=" + DEMO_APP;
  }

  private static ObjectNode registered() {
    return (ObjectNode) good("register").send().json();
  }

  private static Request ofClient(String method, JsonNode client) {
    return Request.of(method, REGISTRATION.of(client).toString())
        .bearing(client.path("registration_access_token").asText());
  }

  private static Request change(ObjectNode client) {
    return ofClient("PUT", client)
        .with("Content-Type", BodyKind.JSON.mediaType())
        .withBody(Json.write(client));
  }

  private static Request wellKnown(String path) {
    return Request.of("GET", SERVER.baseUrl() + "/.well-known" + path);
  }

  private static Request admin(String method, String path) {
    return Request.of(method, SERVER.baseUrl() + "/admin/realms/expensicat/expensicat" + path)
        .bearing(new AdminToken(SERVER.baseUrl(), ServerProcess.ADMIN).value());
  }
}
