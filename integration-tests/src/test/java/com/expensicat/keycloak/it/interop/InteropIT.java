package com.expensicat.keycloak.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.interop.ClientTable.Notes;
import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Registration;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * OAuth clients that nobody here wrote, at the shared server; what is done with each is in {@link
 * ForeignRun}. {@code docs/clients.md} is the table of them.
 */
@Tag("interop")
class InteropIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final String SCOPE = "openid email transactions:read";
  private static final String DID = "metadata, login with PKCE, API call, refresh, revoke";
  private static final String DID_RESTARTED =
      "metadata, login with PKCE, API call, refresh after a restart, revoke";

  private static ForeignRun runs;

  private TestInfo test;

  @BeforeAll
  static void keepEvents() {
    runs = new ForeignRun(SERVER);
  }

  @AfterAll
  static void keepEventsAsBefore() {
    runs.close();
  }

  @BeforeEach
  void noteTest(TestInfo info) {
    test = info;
  }

  @Test
  void openidClientAsAPublicClient() throws Throwable {
    ObjectNode client = publicClient(AuthorizationFlow.CALLBACK);
    Notes notes =
        new Notes(
            "openid-client",
            "library for Node.js",
            "`none`",
            "Scopes; to make verifier and challenge (`code_challenge_method` `S256`); `None()`, where it has"
                + " no secret. On http `allowInsecureRequests`",
            DID_RESTARTED,
            true);
    ADMIN.withClient(
        client, () -> run(ScriptedClient.node("openid-client.mjs", settings(client)), notes));
  }

  @Test
  void openidClientThatRegistersItselfAndBindsItsTokens() throws Exception {
    ObjectNode settings = settings("", AuthorizationFlow.CALLBACK);
    settings.set("registration", registration().put("bound", true));
    Notes notes =
        new Notes(
            "openid-client, registering itself, with PAR and DPoP",
            "library for Node.js",
            "`none`, DPoP",
            "An initial access token, in place of a client id; as openid-client, and"
                + " `buildAuthorizationUrlWithPAR`, and its DPoP handle at each call but revoke",
            "metadata, registration, login with PKCE by PAR, refresh after a restart, revoke",
            true);
    ForeignRun.Run run = run(ScriptedClient.node("openid-client.mjs", settings), notes);
    ADMIN.deleteClient(run.clientId());
    assertThat(run.introspection().at("/cnf/jkt").asText()).isNotEmpty();
  }

  /** As some clients of MCP do, where nobody has told them their scopes. */
  @Test
  void openidClientThatAsksForAllScopesThatTheMetadataNames() throws Throwable {
    ObjectNode client = publicClient(AuthorizationFlow.CALLBACK);
    ObjectNode settings = settings(client);
    settings.remove("scope");
    Notes notes =
        new Notes(
            "openid-client, asking for all of `scopes_supported`",
            "library for Node.js",
            "`none`",
            "As openid-client, with the metadata's `scopes_supported` as scopes. Of these tokens do not name"
                + " `offline_access`, which each client has by default",
            DID_RESTARTED,
            true);
    ADMIN.withClient(
        client, () -> run(ScriptedClient.node("openid-client.mjs", settings), notes, allScopes()));
  }

  @Test
  void openidClientThatRegistersWithAllScopesThatTheMetadataNames() throws Exception {
    ObjectNode settings = settings("", AuthorizationFlow.CALLBACK);
    settings.remove("scope");
    settings.set("registration", registration().put("allScopes", true));
    Notes notes =
        new Notes(
            "openid-client, registering with all of `scopes_supported`",
            "library for Node.js",
            "`none`",
            "An initial access token, in place of a client id; the metadata's `scopes_supported` as `scope`"
                + " of the registration too; as openid-client",
            "metadata, registration, login with PKCE, API call, refresh after a restart, revoke",
            true);
    ForeignRun.Run run =
        run(ScriptedClient.node("openid-client.mjs", settings), notes, allScopes());
    ADMIN.deleteClient(run.clientId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"form", "json"})
  void simpleOAuth2(String bodyFormat) throws Throwable {
    ObjectNode client = confidentialClient(AuthorizationFlow.CALLBACK);
    boolean json = bodyFormat.equals("json");
    Notes notes =
        new Notes(
            "simple-oauth2" + (json ? ", with JSON" : ""),
            "library for Node.js",
            json ? "`client_secret_post`" : "`client_secret_basic`",
            json
                ? "As simple-oauth2, and `bodyFormat: \"json\"`, `authorizationMethod: \"body\"`;"
                    + " to revoke, an instance without these two, as RFC 7009 knows forms only"
                : "Hosts and paths of the metadata's addresses; scopes; to make verifier and challenge"
                    + " and hand them to its calls; `{json: true}` at `revoke`, or it takes the empty"
                    + " answer for an error",
            DID_RESTARTED,
            true);
    ADMIN.withClient(
        client,
        () ->
            run(
                ScriptedClient.node(
                    "simple-oauth2.mjs", settings(client).put("bodyFormat", bodyFormat)),
                notes));
  }

  @Test
  void oauth4webapiWithASignedAssertion() throws Throwable {
    ECKey key =
        new ECKeyGenerator(Curve.P_256).keyID("interop").keyUse(KeyUse.SIGNATURE).generate();
    ObjectNode client = confidentialClient(AuthorizationFlow.CALLBACK);
    client.put("clientAuthenticatorType", "client-jwt").remove("secret");
    client
        .withObject("/attributes")
        .put("use.jwks.string", "true")
        .put("jwks.string", new JWKSet(key.toPublicJWK()).toString())
        .put("token.endpoint.auth.signing.alg", "ES256");
    ObjectNode settings = settings(client);
    settings.set("privateKey", Json.object(key.toJSONString()));
    Notes notes =
        new Notes(
            "oauth4webapi",
            "library for JavaScript",
            "`private_key_jwt`, ES256",
            "Scopes; each step, as it has calls for the parts only; its private key, whose public half must be"
                + " registered with `\"use\": \"sig\"`. On http `allowInsecureRequests`",
            DID_RESTARTED,
            true);
    ADMIN.withClient(client, () -> run(ScriptedClient.node("oauth4webapi.mjs", settings), notes));
  }

  @Test
  void betterAuthByItsGenericOAuthPlugin() throws Throwable {
    int port = ServerProcess.freePort();
    ObjectNode client = confidentialClient(BetterAuthClient.redirectUri(port));
    ObjectNode settings = settings(client).put("port", port);
    Notes notes =
        new Notes(
            "Better Auth, plugin `genericOAuth`",
            "web application on Node.js",
            "`client_secret_post`",
            "`discoveryUrl` (the issuer and `/.well-known/openid-configuration`), `pkce: true`, scopes, among"
                + " them `email`, without which nobody is signed in. It has no revoke: the application"
                + " sends the refresh token to the `revocation_endpoint`",
            "metadata, login with PKCE, API call, refresh; revoke by the application around it",
            true);
    ADMIN.withClient(client, () -> run(BetterAuthClient.start(settings), notes));
  }

  @Test
  void keycloakJs() throws Throwable {
    Notes notes =
        new Notes(
            "keycloak-js",
            "library for browsers",
            "`none`",
            "`url` and `realm` in place of the issuer, web origin `+`; scopes. To be signed in after the"
                + " browser was closed, the application stores the tokens and hands them to `init`, with"
                + " `checkLoginIframe: false`. It has no revoke: the application sends the refresh token"
                + " to the `revocation_endpoint`",
            "login with PKCE, userinfo, API call, refresh after a restart; revoke by the application"
                + " around it",
            true);
    runInBrowser("keycloak-js", "app-keycloak-js.mjs", notes);
  }

  @Test
  void oidcClientTs() throws Throwable {
    Notes notes =
        new Notes(
            "oidc-client-ts",
            "library for browsers",
            "`none`",
            "Web origin `+`; scopes. To be signed in after the browser was closed, `userStore` with"
                + " `localStorage`",
            "metadata, login with PKCE, userinfo, API call, refresh after a restart, revoke",
            true);
    runInBrowser("oidc-client-ts", "app-oidc-client-ts.mjs", notes);
  }

  @Test
  void reactOAuth2CodePkce() throws Throwable {
    Notes notes =
        new Notes(
            "react-oauth2-code-pkce",
            "library for React",
            "`none`",
            "Web origin `+`; the addresses, which the application takes out of the metadata; scopes. It"
                + " has no revoke: the application sends the refresh token to the `revocation_endpoint`",
            "login with PKCE, userinfo, API call, refresh after a restart; revoke by the application"
                + " around it",
            true);
    runInBrowser("react-oauth2-code-pkce", "app-react-oauth2-code-pkce.jsx", notes);
  }

  @Test
  void nimbus() throws Throwable {
    ObjectNode client = confidentialClient(AuthorizationFlow.CALLBACK);
    Notes notes =
        new Notes(
            "Nimbus OAuth 2.0 SDK",
            "library for Java",
            "`client_secret_post`",
            "Scopes; to make verifier and challenge (`CodeChallengeMethod.S256`)",
            DID,
            true);
    ADMIN.withClient(client, () -> run(new NimbusClient(settings(client)), notes));
  }

  @Test
  void authlib() throws Throwable {
    ObjectNode client = confidentialClient(AuthorizationFlow.CALLBACK);
    Notes notes =
        new Notes(
            "Authlib",
            "library for Python, with Requests",
            "`client_secret_basic`",
            "Scopes; `code_challenge_method=\"S256\"` and a `code_verifier`; the addresses, which the"
                + " application takes out of the metadata",
            DID_RESTARTED,
            false);
    ADMIN.withClient(client, () -> run(ScriptedClient.authlib(settings(client)), notes));
  }

  @Test
  void apacheWithModAuthOpenidc() throws Throwable {
    int port = ServerProcess.freePort();
    ObjectNode client = confidentialClient(ApacheClient.redirectUri(port));
    client
        .withObject("/attributes")
        .put("post.logout.redirect.uris", ApacheClient.signedOutUri(port));
    Notes notes =
        new Notes(
            "mod_auth_openidc",
            "module of Apache",
            "`client_secret_basic`",
            "`OIDCProviderMetadataURL` (the issuer and `/.well-known/openid-configuration`),"
                + " `OIDCPKCEMethod S256`, `OIDCScope`. At its `?logout=` it revokes and then goes to the"
                + " realm's sign-out: the address after that must be registered too",
            "metadata, login with PKCE, API call, refresh, revoke at sign-out",
            false);
    ADMIN.withClient(
        client, () -> run(ApacheClient.start(settings(client).put("port", port)), notes));
  }

  private void runInBrowser(String library, String script, Notes notes) throws Throwable {
    int port = ServerProcess.freePort();
    ObjectNode client = publicClient(BrowserClient.redirectUri(port));
    client.putArray("webOrigins").add("+");
    ADMIN.withClient(
        client, () -> run(BrowserClient.start(library, script, settings(client), port), notes));
  }

  private ForeignRun.Run run(ForeignClient client, Notes notes) throws InterruptedException {
    return run(client, notes, List.of(SCOPE.split(" ")));
  }

  private ForeignRun.Run run(ForeignClient client, Notes notes, List<String> scopes)
      throws InterruptedException {
    return runs.of(client, notes, test, scopes);
  }

  private static ObjectNode publicClient(String redirectUri) {
    ObjectNode client = Json.object("{'publicClient':true}").put("clientId", newClientId());
    client.putArray("redirectUris").add(redirectUri);
    return client;
  }

  private static ObjectNode confidentialClient(String redirectUri) {
    ObjectNode client =
        Json.object("{'publicClient':false,'clientAuthenticatorType':'client-secret'}")
            .put("clientId", newClientId())
            .put("secret", UUID.randomUUID().toString());
    client.putArray("redirectUris").add(redirectUri);
    return client;
  }

  /** What a client says of itself, and the token that lets it register. */
  private static ObjectNode registration() {
    return Json.object("{}")
        .put("initialAccessToken", new Registration(SERVER, Addresses.PACK).initialAccessToken(1));
  }

  /**
   * What comes of asking for all of {@code scopes_supported}: of these {@code offline_access} is a
   * default scope of each client, and tokens do not name those.
   */
  private static List<String> allScopes() {
    JsonNode metadata =
        TokenClient.anonymous()
            .get(URI.create(SERVER.realmUrl() + "/.well-known/openid-configuration"))
            .json();
    return StreamSupport.stream(metadata.path("scopes_supported").spliterator(), false)
        .map(JsonNode::asText)
        .filter(scope -> !scope.equals("offline_access"))
        .toList();
  }

  private static String newClientId() {
    return "interop-" + UUID.randomUUID();
  }

  /** What a client is told that is registered so. */
  private static ObjectNode settings(ObjectNode client) {
    return settings(client.path("clientId").asText(), client.at("/redirectUris/0").asText())
        .put("clientSecret", client.path("secret").asText());
  }

  private static ObjectNode settings(String clientId, String redirectUri) {
    return Json.object("{}")
        .put("issuer", SERVER.realmUrl())
        .put("clientId", clientId)
        .put("redirectUri", redirectUri)
        .put("scope", SCOPE);
  }
}
