package com.expensicat.keycloak.it.floor;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Cases;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.Jwt;
import com.expensicat.keycloak.it.support.oauth.Registration;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.OwnServers;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.text.ParseException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server with Keycloak's experimental features for clients: floor, consent and catalog hold as
 * without them.
 */
@Tag("slow")
@OwnServers
class ExperimentalFeaturesIT {

  private static final String PROFILE = "metadata-documents";

  private static final ConcurrentMap<String, String> DOCUMENTS = new ConcurrentHashMap<>();
  private static final ConcurrentMap<String, String> MOVED = new ConcurrentHashMap<>();
  private static final AtomicInteger CALLS = new AtomicInteger();
  private static ServerProcess server;
  private static HttpServer web;

  @BeforeAll
  static void startBoth() throws IOException {
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext(
        "/",
        exchange -> {
          CALLS.incrementAndGet();
          String elsewhere = MOVED.get(exchange.getRequestURI().getPath());
          if (elsewhere != null) {
            exchange.getResponseHeaders().add("Location", elsewhere);
            exchange.sendResponseHeaders(302, -1);
            return;
          }
          byte[] body = DOCUMENTS.get(exchange.getRequestURI().getPath()).getBytes(UTF_8);
          exchange.getResponseHeaders().add("Content-Type", BodyKind.JSON.mediaType());
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    web.start();
    server =
        KeycloakServer.start(
            ServerSettings.standard()
                .withBuildOptions(
                    "--features=cimd,resource-indicators,parameterized-scopes,token-exchange")
                .withRuntimeOptions(KeycloakServer.API_ADDRESS_OPTION));
    takeMetadataDocuments(server.admin());
  }

  /** As Keycloak's documentation sets it up, for documents on this machine. */
  private static void takeMetadataDocuments(AdminApi admin) {
    ObjectNode profiles = (ObjectNode) admin.get("/client-policies/profiles");
    profiles
        .withArray("/profiles")
        .add(
            Json.object(
                "{'name':'metadata-documents','executors':["
                    + "{'executor':'pkce-enforcer','configuration':{'auto-configure':true}},"
                    + "{'executor':'client-id-metadata-document','configuration':{"
                    + "'cimd-allow-http-scheme':true,'cimd-restrict-same-domain':false,"
                    + "'cimd-allow-permitted-domains':['127.0.0.1','localhost']}}]}"));
    admin.put("/client-policies/profiles", profiles);
    ObjectNode policies = (ObjectNode) admin.get("/client-policies/policies");
    policies
        .withArray("/policies")
        .add(
            Json.object(
                "{'name':'metadata-documents','enabled':true,'profiles':['"
                    + PROFILE
                    + "'],'conditions':[{'condition':'client-id-uri','configuration':{"
                    + "'client-id-uri-scheme':['http'],"
                    + "'client-id-uri-allow-permitted-domains':['127.0.0.1','localhost']}}]}"));
    admin.put("/client-policies/policies", policies);
  }

  @AfterAll
  static void stopBoth() {
    server.close();
    web.stop(0);
  }

  @ParameterizedTest
  @EnumSource
  void theGuidesFlowAndItsRefusalsAreAsEver(Addresses addresses) throws ParseException {
    AuthorizationFlow flow = authorizeAt(addresses, server);
    Browser browser = new Browser();
    Answer page =
        flow.with("prompt", "consent")
            .scope(List.of("transactions:read", "team:admin"))
            .signIn(browser);
    assertThat(page.document().select("input[name=scope]").eachAttr("value"))
        .containsExactlyInAnyOrder("transactions:read", "team:admin");

    JsonNode tokens = flow.scope(ScopeTable.SCOPES).tokens().json();

    assertThat(tokens.path("scope").asText().split(" ", -1))
        .containsExactlyInAnyOrderElementsOf(ScopeTable.SCOPES);
    assertThat(
            Jwt.claims(tokens.path("access_token").asText()).path("scope").asText().split(" ", -1))
        .containsExactlyInAnyOrderElementsOf(ScopeTable.SCOPES);
    for (String scope :
        List.of("transactions:all", "transactions", "transactions:", "transactions:read:x")) {
      assertRefused(flow.with("scope", scope), "invalid_scope");
    }
    assertRefused(flow.without("code_challenge"), "invalid_request");
    assertRefused(flow.with("code_challenge_method", "plain"), "invalid_request");
    assertRefused(flow.with("response_type", "token"), "unsupported_response_type");
  }

  @ParameterizedTest
  @EnumSource
  void aResourceIsTheApiOrInvalidTarget(Addresses addresses) throws ParseException {
    AuthorizationFlow flow = authorizeAt(addresses, server).with("scope", "invoices:read");
    TokenClient client = TokenClient.anonymous();
    for (String resource : List.of("https://api.evil.example", "urn:client:expensicat-api")) {
      assertRefused(flow.with("resource", resource), "invalid_target");
    }
    for (AuthorizationFlow asked :
        List.of(flow, flow.with("resource", KeycloakServer.API_ADDRESS))) {
      Parameters code = asked.tokenRequest(asked.callback(new Browser()).get("code"));
      assertError(
          client.post(addresses.token(server), code.and("resource", "urn:client:expensicat-api")),
          400,
          "invalid_target");
      JsonNode tokens =
          client
              .post(addresses.token(server), code.and("resource", KeycloakServer.API_ADDRESS))
              .json();
      JsonNode refreshed =
          client.post(addresses.token(server), DemoApp.refreshRequest(tokens)).json();
      for (JsonNode given : List.of(tokens, refreshed)) {
        assertThat(Jwt.claims(given.path("access_token").asText()).path("aud"))
            .extracting(JsonNode::asText)
            .containsExactlyInAnyOrder(KeycloakServer.API_AUDIENCE, KeycloakServer.API_ADDRESS);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void keycloaksOlderExchangeIsNotOffered(Addresses addresses) {
    TokenClient api = ResourceServer.API.client();
    String token =
        authorizeAt(addresses, server)
            .with("scope", "transactions:read")
            .tokens()
            .json()
            .path("access_token")
            .asText();
    Parameters exchange =
        Parameters.of(
            "grant_type",
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token",
            token,
            "subject_token_type",
            "urn:ietf:params:oauth:token-type:access_token");
    for (Parameters request :
        List.of(
            exchange,
            exchange.with("scope", "banking:write"),
            exchange.with("requested_subject", "demo"),
            exchange.without("subject_token").with("requested_subject", "demo"),
            exchange.without("subject_token_type"))) {
      assertError(api.post(addresses.token(server), request), 400, "invalid_request");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "no challenge, -code_challenge, invalid_request",
    "plain, code_challenge_method=plain, invalid_request",
    "implicit, response_type=token, unsupported_response_type",
    "a scope of nobody, scope=everything, invalid_scope"
  })
  void theVeryFirstRequestOfAMetadataDocumentsClientKeepsTheFloor(
      String name, String change, String error) {
    String clientId = document(name.replace(' ', '-'), "http://127.0.0.1:9876/callback");

    assertRefused(
        authorizeAt(Addresses.PACK, server).with("client_id", clientId).edit(Cases.change(change)),
        error);
  }

  @Test
  void aWildcardOfAMetadataDocumentMatchesNothing() {
    String clientId = document("wild", "http://127.0.0.1:9876/*");
    for (int visit = 0; visit < 2; visit++) {
      Answer answer =
          authorizeAt(Addresses.PACK, server).with("client_id", clientId).start(new Browser());
      assertThat(answer.status()).as(answer::summary).isEqualTo(400);
      assertThat(answer.location()).isEmpty();
    }
  }

  @Test
  void aMetadataDocumentsClientAsksForConsentAndIsShownAsUnverified() {
    String clientId =
        document(
            "good", AuthorizationFlow.CALLBACK, Json.object("{'client_uri':'https://localhost/'}"));
    AuthorizationFlow flow =
        authorizeAt(Addresses.PACK, server)
            .with("client_id", clientId)
            .with("scope", "invoices:read banking:write");
    Browser browser = new Browser();

    Answer page = flow.signIn(browser);

    assertThat(page.document().text())
        .contains(
            "127.0.0.1 asks for access, for an application that calls itself “By document”",
            "Nobody at Expensicat has looked",
            "Run by 127.0.0.1")
        .doesNotContain("Run by localhost");
    Answer back =
        browser.follow(
            browser.consent(
                page, form -> form.without("scope", "banking:write").with("accept", "Yes")));
    JsonNode tokens =
        TokenClient.anonymous()
            .post(Addresses.PACK.token(server), flow.tokenRequest(flow.callback(back).get("code")))
            .json();
    assertThat(tokens.path("scope").asText()).isEqualTo("invoices:read");
    JsonNode client = server.admin().client(clientId);
    assertThat(client.path("consentRequired").asBoolean()).isTrue();
    assertThat(client.at("/attributes/pkce.code.challenge.method").asText()).isEqualTo("S256");
  }

  @Test
  void aDocumentOnANameThatLeadsToThisMachineIsNotFetched() {
    String clientId = document("inside", AuthorizationFlow.CALLBACK);
    int calls = CALLS.get();

    assertNotTaken(clientId.replace("127.0.0.1", "localhost"));

    assertThat(CALLS).hasValue(calls);
    assertThat(authorizeAt(Addresses.PACK, server).with("client_id", clientId).start(new Browser()))
        .extracting(answer -> answer.form(Browser.LOGIN_FORM).isPresent())
        .isEqualTo(true);
  }

  @Test
  void aDocumentThatHasMovedIsNotTaken() {
    String clientId = document("here", AuthorizationFlow.CALLBACK);
    String moved = clientId.replace("/here", "/moved");
    MOVED.put("/moved", clientId);

    assertNotTaken(moved);
  }

  @Test
  void aDocumentMaySayWhatNobodyHereKnows() {
    Answer page =
        authorizeAt(Addresses.PACK, server)
            .with(
                "client_id",
                document(
                    "unknown",
                    AuthorizationFlow.CALLBACK,
                    Json.object("{'x_rating':5,'contacts':['a@client.example']}")))
            .start(new Browser());

    assertThat(page.form(Browser.LOGIN_FORM)).as(page::summary).isPresent();
  }

  @Test
  void aDocumentThatNamesAFurtherRedirectAsksForConsentAnew() {
    String clientId = document("changing", AuthorizationFlow.CALLBACK);
    AuthorizationFlow flow =
        authorizeAt(Addresses.PACK, server)
            .with("client_id", clientId)
            .with("scope", "invoices:read");
    JsonNode tokens =
        TokenClient.anonymous()
            .post(
                Addresses.PACK.token(server),
                flow.tokenRequest(flow.callback(new Browser()).get("code")))
            .json();
    forget(clientId);
    assertThat(flow.callback(flow.signIn(new Browser())).find("code")).isPresent();

    document(
        "changing",
        AuthorizationFlow.CALLBACK,
        Json.object("{}")
            .set(
                "redirect_uris",
                Json.tree(List.of(AuthorizationFlow.CALLBACK, "http://127.0.0.1:9876/further"))));
    forget(clientId);

    Answer page = flow.signIn(new Browser());
    assertThat(page.form(Browser.CONSENT_FORM)).as(page::summary).isPresent();
    assertError(
        TokenClient.anonymous()
            .post(
                Addresses.PACK.token(server),
                DemoApp.refreshRequest(tokens).with("client_id", clientId)),
        400,
        "invalid_scope");
  }

  /** Has a document fetched again at the next request. */
  private static void forget(String clientId) {
    AdminApi admin = server.admin();
    admin.update(
        admin.clientPath(clientId),
        client -> client.withObject("/attributes").put("cimd.cache.expiry.time.in.sec", "1"));
  }

  @Test
  void whereThePolicySaysSoEachRedirectIsOfTheDocumentsDomain() throws Throwable {
    String elsewhere =
        document(
            "domains",
            AuthorizationFlow.CALLBACK,
            Json.object("{}")
                .set(
                    "redirect_uris",
                    Json.tree(
                        List.of(AuthorizationFlow.CALLBACK, "http://localhost:9876/callback"))));
    server
        .admin()
        .withChange(
            "/client-policies/profiles",
            profiles ->
                ((ObjectNode) named(profiles.path("profiles"), PROFILE))
                    .withArray("/executors")
                    .forEach(
                        executor ->
                            ((ObjectNode) executor)
                                .withObject("/configuration")
                                .put("cimd-restrict-same-domain", true)),
            () -> assertNotTaken(elsewhere));
  }

  @Test
  void theMetadataSayThatDocumentsAreTakenWhileAPolicyTakesThem() throws Throwable {
    assertThat(documentsAreSupported()).isTrue();
    withPolicies(Set.of(), () -> assertThat(documentsAreSupported()).isFalse());
    withPolicies(
        Set.of("expensicat-client-metadata"), () -> assertThat(documentsAreSupported()).isTrue());
  }

  private static boolean documentsAreSupported() {
    return TokenClient.anonymous()
        .get(URI.create(server.realmUrl() + "/.well-known/openid-configuration"))
        .json()
        .path("client_id_metadata_document_supported")
        .asBoolean();
  }

  /** With those of the policies for documents switched on, and no others. */
  private static void withPolicies(Set<String> on, Executable test) throws Throwable {
    server
        .admin()
        .withChange(
            "/client-policies/policies",
            policies ->
                List.of("metadata-documents", "expensicat-client-metadata")
                    .forEach(
                        name ->
                            ((ObjectNode) named(policies.path("policies"), name))
                                .put("enabled", on.contains(name))),
            test);
  }

  private static JsonNode named(JsonNode list, String name) {
    return StreamSupport.stream(list.spliterator(), false)
        .filter(one -> one.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'jwks_uri':'http://127.0.0.1/jwks','token_endpoint_auth_method':'private_key_jwt'}",
        "{'sector_identifier_uri':'http://127.0.0.1/sector'}",
        "{'backchannel_logout_uri':'http://127.0.0.1/logout'}",
        "{'request_uris':['http://127.0.0.1/request']}",
        "{'grant_types':['authorization_code','client_credentials']}",
        "{'response_types':['token']}",
        "{'scope':'everything'}",
        "{'client_name':'${doLogIn}'}",
        "{'logo_uri':'http://127.0.0.1/logo'}"
      })
  void aDocumentHasTheRulesOfRegistration(String change) {
    assertNotTaken(
        document("rules-" + DOCUMENTS.size(), AuthorizationFlow.CALLBACK, Json.object(change)));
  }

  private static void assertNotTaken(String clientId) {
    Answer answer =
        authorizeAt(Addresses.PACK, server).with("client_id", clientId).start(new Browser());
    assertThat(answer.status()).as(answer::summary).isEqualTo(400);
    assertThat(answer.location()).isEmpty();
    assertThat(server.admin().get("/clients?clientId=" + URLEncoder.encode(clientId, UTF_8)))
        .isEmpty();
  }

  private static String document(String name, String redirectUri) {
    return document(name, redirectUri, Json.object("{}"));
  }

  /** Publishes a document; its address is the client's id. */
  private static String document(String name, String redirectUri, JsonNode change) {
    String address = "http://127.0.0.1:" + web.getAddress().getPort() + "/" + name;
    ObjectNode document =
        Json.object("{'client_name':'By document','token_endpoint_auth_method':'none'}")
            .put("client_id", address)
            .set("redirect_uris", Json.tree(List.of(redirectUri)));
    DOCUMENTS.put("/" + name, Registration.changed(document, change).toString());
    return address;
  }

  private static void assertRefused(AuthorizationFlow flow, String error) {
    Parameters callback = flow.callback(flow.start(new Browser()));
    assertThat(callback.get("error")).isEqualTo(error);
    assertThat(callback.find("code")).isEmpty();
  }
}
