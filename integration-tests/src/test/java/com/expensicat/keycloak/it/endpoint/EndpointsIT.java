package com.expensicat.keycloak.it.endpoint;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Introspection, revocation, userinfo, keys, scopes, registration, metadata, and their errors. */
class EndpointsIT {

  private static final TokenClient API =
      TokenClient.basic("expensicat-api", "expensicat-api-dev-secret");
  private static final JsonNode INACTIVE = Json.object("{'active':false}");

  private final KeycloakServer server = KeycloakServer.shared();

  @ParameterizedTest
  @CsvSource({
    "PACK,", "PACK,access_token", "PACK,refresh_token", "PACK,whatever",
    "KEYCLOAK,", "KEYCLOAK,access_token", "KEYCLOAK,refresh_token", "KEYCLOAK,whatever"
  })
  void introspectionTellsTheResourceServerOfItsTokensWhateverTheHint(
      Addresses addresses, String hint) {
    String token = accessToken(addresses, "transactions:read");
    Parameters request = Parameters.of("token", token);

    Answer answer =
        API.post(
            addresses.introspect(server),
            hint == null ? request : request.with("token_type_hint", hint));

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(answer.header("Cache-Control")).hasValue("no-store");
    JsonNode said = answer.json();
    assertThat(said.path("active").asBoolean()).as(answer::summary).isTrue();
    assertThat(said.path("scope").asText()).isEqualTo("transactions:read");
    assertThat(said.path("client_id").asText()).isEqualTo(AuthorizationFlow.DEMO_APP);
    assertThat(said.path("username").asText()).isEqualTo("demo");
    assertThat(said.path("iss").asText()).isEqualTo(server.realmUrl());
    assertThat(said.path("aud"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder(KeycloakServer.API_AUDIENCE, KeycloakServer.API_ADDRESS);
    assertThat(said.path("token_use").asText()).isEqualTo("access");
    assertThat(said.path("sub").asText()).isNotEmpty();
    assertThat(said.path("exp").asLong()).isGreaterThan(said.path("iat").asLong());
  }

  @ParameterizedTest
  @EnumSource
  void introspectionSaysNothingOfWhatIsNotMeantForTheCaller(Addresses addresses) throws Throwable {
    JsonNode tokens =
        authorizeAt(addresses).with("scope", "openid transactions:read").tokens().json();
    TokenClient other = TokenClient.basic("expensicat-web", "expensicat-web-dev-secret");
    String access = tokens.path("access_token").asText();

    assertThat(introspect(other, addresses, access)).isEqualTo(INACTIVE);
    assertThat(introspect(API, addresses, accessToken(addresses, "profile"))).isEqualTo(INACTIVE);
    assertThat(introspect(API, addresses, tokens.path("refresh_token").asText()))
        .isEqualTo(INACTIVE);
    assertThat(introspect(API, addresses, tokens.path("id_token").asText())).isEqualTo(INACTIVE);
    for (String junk : List.of("x", "x.y.z", "a.b.c.d.e", access + "x", access.substring(5))) {
      assertThat(introspect(API, addresses, junk)).as(junk).isEqualTo(INACTIVE);
    }
    assertIdTokenIsInactiveEvenForItsOwnClient(addresses);
  }

  private void assertIdTokenIsInactiveEvenForItsOwnClient(Addresses addresses) {
    TokenClient web = TokenClient.basic("expensicat-web", "expensicat-web-dev-secret");
    JsonNode tokens =
        authorizeAt(addresses)
            .with("client_id", "expensicat-web")
            .with("redirect_uri", "http://localhost:3000/callback")
            .with("scope", "openid")
            .tokens(new Browser(), BodyKind.FORM, web)
            .json();
    assertThat(tokens.path("id_token").asText()).isNotEmpty();
    assertThat(introspect(web, addresses, tokens.path("id_token").asText())).isEqualTo(INACTIVE);
  }

  @ParameterizedTest
  @EnumSource
  void introspectionNeedsAnAuthenticatedCaller(Addresses addresses) {
    URI address = addresses.introspect(server);
    Parameters request = Parameters.of("token", "x");

    Answer wrong = TokenClient.basic("expensicat-api", "wrong").post(address, request);
    assertError(wrong, 401, "invalid_client");
    assertThat(wrong.header("WWW-Authenticate")).hasValue("Basic realm=\"expensicat\"");
    assertError(TokenClient.anonymous().post(address, request), 401, "invalid_client");
    assertError(
        TokenClient.anonymous()
            .post(address, request.with("client_id", AuthorizationFlow.DEMO_APP)),
        403,
        "invalid_request");
    assertError(API.post(address, Parameters.of()), 400, "invalid_request");
    assertError(API.post(address, request.and("token", "y")), 400, "invalid_request");
    assertError(
        API.post(URI.create(address + "?token=x"), Parameters.of()), 400, "invalid_request");
  }

  @ParameterizedTest
  @EnumSource
  void revocationEndsAGrantAtOnce(Addresses addresses) {
    JsonNode tokens = authorizeAt(addresses).with("scope", "transactions:read").tokens().json();

    Answer answer = DemoApp.revoke(addresses, tokens.path("refresh_token").asText());

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(introspect(API, addresses, tokens.path("access_token").asText()))
        .isEqualTo(INACTIVE);
    assertError(DemoApp.refresh(addresses, tokens), 400, "invalid_grant");
  }

  @ParameterizedTest
  @EnumSource
  void revocationOfAnAccessTokenEndsThatTokenAlone(Addresses addresses) {
    JsonNode tokens = authorizeAt(addresses).with("scope", "transactions:read").tokens().json();
    String access = tokens.path("access_token").asText();

    DemoApp.revoke(addresses, access);

    assertThat(introspect(API, addresses, access)).isEqualTo(INACTIVE);
    Answer refreshed = DemoApp.refresh(addresses, tokens);
    assertThat(refreshed.status()).as(refreshed::summary).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void revocationRefusesBadRequestsAndForgivesUnknownTokens(Addresses addresses) {
    URI address = addresses.revoke(server);
    Parameters request = Parameters.of("client_id", AuthorizationFlow.DEMO_APP, "token", "x");

    assertThat(TokenClient.anonymous().post(address, request).status()).isEqualTo(200);
    assertError(
        TokenClient.anonymous().post(address, request.without("token")), 400, "invalid_request");
    assertError(
        TokenClient.anonymous().post(address, request.and("token", "y")), 400, "invalid_request");
    assertError(
        TokenClient.anonymous().post(address, request.with("client_id", "nobody")),
        401,
        "invalid_client");
    assertError(
        TokenClient.basic("expensicat-web", "wrong").post(address, Parameters.of("token", "x")),
        401,
        "invalid_client");
  }

  @ParameterizedTest
  @EnumSource
  void userinfoTellsWhoThePersonIs(Addresses addresses) {
    String token = accessToken(addresses, "openid email");

    Answer answer = TokenClient.bearer(token).get(addresses.userinfo(server));
    Answer nobody = TokenClient.anonymous().get(addresses.userinfo(server));
    Answer junk = TokenClient.bearer("junk").get(addresses.userinfo(server));
    Answer inQuery =
        TokenClient.anonymous()
            .get(URI.create(addresses.userinfo(server) + "?access_token=" + token));

    assertThat(answer.json().path("email").asText()).isEqualTo("demo@expensicat.test");
    assertThat(answer.json().path("sub").asText()).isNotEmpty();
    assertThat(nobody.status()).isEqualTo(401);
    assertThat(nobody.header("WWW-Authenticate"))
        .hasValueSatisfying(
            challenge -> assertThat(challenge).startsWith("Bearer").doesNotContain("error"));
    assertThat(junk.status()).isEqualTo(401);
    assertThat(junk.header("WWW-Authenticate"))
        .hasValueSatisfying(challenge -> assertThat(challenge).contains("invalid_token"));
    assertThat(inQuery.status()).isEqualTo(401);
  }

  @Test
  void theScopeCatalogIsOpenToAllOriginsAndInTheOrderOfTheGuide() {
    Answer answer =
        TokenClient.anonymous()
            .header("Origin", "https://anywhere.example")
            .get(URI.create(server.packUrl() + "/scopes"));

    assertThat(answer.header("Access-Control-Allow-Origin")).isPresent();
    assertThat(answer.json().path("scopes"))
        .extracting(
            scope ->
                new ScopeTable.Row(
                    scope.path("scope").asText(), scope.path("description").asText()))
        .containsExactlyElementsOf(ScopeTable.ROWS);
  }

  @Test
  void theKeysAreTheRealmsKeys() {
    Answer pack =
        TokenClient.anonymous()
            .header("Origin", "https://anywhere.example")
            .get(Addresses.PACK.jwks(server));

    assertThat(pack.header("Access-Control-Allow-Origin")).isPresent();
    assertThat(pack.json())
        .isEqualTo(TokenClient.anonymous().get(Addresses.KEYCLOAK.jwks(server)).json());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/realms/expensicat/.well-known/openid-configuration",
        "/realms/expensicat/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/realms/expensicat"
      })
  void theMetadataNamesTheseAddressesAndWhatIsOffered(String path) {
    Answer answer =
        TokenClient.anonymous()
            .header("Origin", "https://anywhere.example")
            .header("X-Forwarded-Host", "evil.example")
            .header("Forwarded", "host=evil.example")
            .get(URI.create(server.baseUrl() + path));

    JsonNode metadata = answer.json();
    assertThat(answer.header("Access-Control-Allow-Origin")).isPresent();
    assertThat(metadata.path("issuer").asText()).isEqualTo(server.realmUrl());
    assertThat(metadata.path("authorization_endpoint").asText()).isEqualTo(at("/authorize"));
    assertThat(metadata.path("token_endpoint").asText()).isEqualTo(at("/token"));
    assertThat(metadata.path("introspection_endpoint").asText()).isEqualTo(at("/introspect"));
    assertThat(metadata.path("revocation_endpoint").asText()).isEqualTo(at("/revoke"));
    assertThat(metadata.path("userinfo_endpoint").asText()).isEqualTo(at("/userinfo"));
    assertThat(metadata.path("jwks_uri").asText()).isEqualTo(at("/jwks"));
    assertThat(metadata.path("pushed_authorization_request_endpoint").asText())
        .isEqualTo(at("/par"));
    assertThat(metadata.path("registration_endpoint").asText()).isEqualTo(at("/register"));
    assertThat(Json.texts(metadata.path("code_challenge_methods_supported")))
        .containsExactly("S256");
    assertThat(Json.texts(metadata.path("response_types_supported"))).containsExactly("code");
    assertThat(Json.texts(metadata.path("grant_types_supported")))
        .containsExactlyInAnyOrder(
            "authorization_code",
            "refresh_token",
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:token-exchange");
    assertThat(Json.texts(metadata.path("token_endpoint_auth_methods_supported")))
        .contains("none", "client_secret_basic", "client_secret_post", "private_key_jwt");
    assertThat(metadata.path("authorization_response_iss_parameter_supported").asBoolean())
        .isTrue();
    assertThat(Json.texts(metadata.path("scopes_supported")))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    ScopeTable.SCOPES.stream(),
                    Stream.of("openid", "profile", "email", "address", "phone", "offline_access"))
                .toList());
    assertThat(metadata.has("device_authorization_endpoint")).isFalse();
    assertThat(metadata.has("backchannel_authentication_endpoint")).isFalse();
    for (String used : List.of("/auth\"", "/token\"", "/certs\"", "/revoke\"", "/userinfo\"")) {
      assertThat(answer.body()).doesNotContain("protocol/openid-connect" + used);
    }
    assertThat(answer.body()).doesNotContain("evil.example");
  }

  @Test
  void aForgedHostChangesNoAddress() {
    Answer answer =
        TokenClient.anonymous()
            .header("Host", "evil.example")
            .get(URI.create(server.realmUrl() + "/.well-known/openid-configuration"));
    Answer redirect =
        TokenClient.anonymous()
            .header("Host", "evil.example")
            .header("X-Forwarded-Host", "evil.example")
            .get(URI.create(Addresses.PACK.authorize(server) + "?client_id=x"));

    assertThat(answer.json().path("issuer").asText()).isEqualTo(server.realmUrl());
    assertThat(redirect.header("Location"))
        .hasValueSatisfying(to -> assertThat(to).startsWith(server.baseUrl()));
  }

  @ParameterizedTest
  @CsvSource({
    "PUT,/authorize,'GET, HEAD, OPTIONS, POST'",
    "GET,/token,'OPTIONS, POST'",
    "DELETE,/token,'OPTIONS, POST'",
    "PATCH,/token,'OPTIONS, POST'",
    "GET,/introspect,'OPTIONS, POST'",
    "GET,/revoke,'OPTIONS, POST'",
    "GET,/par,'OPTIONS, POST'",
    "DELETE,/userinfo,'GET, HEAD, OPTIONS, POST'",
    "POST,/jwks,'GET, HEAD, OPTIONS'",
    "POST,/scopes,'GET, HEAD, OPTIONS'"
  })
  void aWrongMethodIsToldTheRightOnes(String method, String path, String allow) {
    Answer answer =
        TokenClient.anonymous()
            .header("Accept", "text/html")
            .send(method, URI.create(server.packUrl() + path));

    assertError(answer, 405, "invalid_request");
    assertThat(new TreeSet<>(Set.of(answer.header("Allow").orElseThrow().split(", "))))
        .isEqualTo(new TreeSet<>(Set.of(allow.split(", "))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/"})
  void atTheRootIsTheGuideForDevelopers(String path) {
    Answer answer = TokenClient.anonymous().get(URI.create(server.packUrl() + path));

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(answer.header("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(answer.header("Content-Security-Policy").orElseThrow())
        .contains("frame-ancestors 'self'");
  }

  @Test
  void anErrorLeadsToItsLineOfTheGuide() {
    Answer refused = TokenClient.anonymous().post(Addresses.PACK.token(server), Parameters.of());
    URI line = URI.create(refused.json().path("error_uri").asText());

    assertThat(line.toString()).startsWith(server.publicUrl());
    Element found = TokenClient.anonymous().get(line).document().getElementById(line.getFragment());
    assertThat(found).as(line.toString()).isNotNull();
    assertThat(found.select("code").text()).isEqualTo(refused.json().path("error").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nothing", "/token/more", "/authorize/device"})
  void whatIsNotThereIsSaidInJson(String path) {
    Answer answer =
        TokenClient.anonymous()
            .header("Accept", "text/html")
            .get(URI.create(server.packUrl() + path));

    assertError(answer, 404, "not_found");
  }

  @Test
  void aDisabledRealmIsNotThere() throws Throwable {
    server
        .admin()
        .withRealmChange(
            realm -> realm.put("enabled", false),
            () -> {
              for (String path : List.of("/authorize", "/jwks", "/scopes", "/userinfo")) {
                assertError(
                    TokenClient.anonymous().get(URI.create(server.packUrl() + path)),
                    404,
                    "not_found");
              }
              assertError(
                  TokenClient.anonymous()
                      .post(
                          Addresses.PACK.token(server),
                          BodyKind.JSON,
                          Parameters.of("grant_type", "refresh_token")),
                  404,
                  "not_found");
            });
  }

  private String at(String path) {
    return server.packUrl() + path;
  }

  private String accessToken(Addresses addresses, String scope) {
    return authorizeAt(addresses)
        .with("scope", scope)
        .tokens()
        .json()
        .path("access_token")
        .asText();
  }

  private JsonNode introspect(TokenClient caller, Addresses addresses, String token) {
    return caller.post(addresses.introspect(server), Parameters.of("token", token)).json();
  }
}
