package com.expensicat.keycloak.it.registration;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
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
import com.expensicat.keycloak.it.support.oauth.ErrorAnswer;
import com.expensicat.keycloak.it.support.oauth.Registration;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client that a stranger registers can be, and what its registration token can change. */
class RegistrationIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final AdminApi ADMIN = SERVER.admin();
  private static final String POLICIES =
      "/components?type=org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy";
  private static final String ANYBODY = "anonymous";
  private static final String LAST_USED = "expensicat.last-used";
  private static final String JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private static final SigningKey KEY = SigningKey.es256("es");
  private static final SigningKey WEAK = SigningKey.rsa("weak", 1024);

  private static final AtomicInteger CALLS = new AtomicInteger();
  private static HttpServer listener;
  private static TokenClient invited;
  private static Set<String> clientsBefore;

  @BeforeAll
  static void listen() throws IOException {
    clientsBefore = clients();
    invited = TokenClient.bearer(at(Addresses.PACK).initialAccessToken(1000));
    listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    listener.createContext(
        "/",
        exchange -> {
          CALLS.incrementAndGet();
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    listener.start();
  }

  @AfterAll
  static void nothingIsLeftAndNoAddressWasCalled() {
    listener.stop(0);
    assertThat(CALLS).hasValue(0);
    assertThat(clients()).isEqualTo(clientsBefore);
  }

  private static Set<String> clients() {
    return StreamSupport.stream(ADMIN.get("/clients").spliterator(), false)
        .map(client -> client.path("clientId").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static Stream<Arguments> refused() {
    return Cases.atEachAddress("registrations-refused.csv");
  }

  static Stream<Arguments> taken() {
    return Cases.atEachAddress("registrations-taken.csv");
  }

  static Stream<Arguments> updatesRefused() {
    return Cases.atEachAddress("registration-updates-refused.csv");
  }

  static Stream<Arguments> bodies() {
    return Cases.atEachAddress("registration-bodies.csv");
  }

  /** The JSON of a table, with what is too long or too random to stand in one. */
  private static String filled(String text) {
    return text.replace("VERYLONG", "x".repeat(9000))
        .replace("HUGE", "x".repeat(64 * 1024))
        .replace("LONG", "x".repeat(300))
        .replace("LISTENER", "http://127.0.0.1:" + listener.getAddress().getPort())
        .replace("PRIVATE", KEY.jwk().put("d", "AQAB").toString())
        .replace("WEAK", WEAK.jwk().put("use", "sig").toString())
        .replace("KEY", KEY.jwk().put("use", "sig").toString());
  }

  private static ObjectNode change(String text) {
    return Json.object(filled(text));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("refused")
  void whatIsNotAllowedIsRefusedByItsField(
      Addresses addresses, String name, String change, String error, String field) {
    assertRefused(register(addresses, Registration.metadata(change(change))), 400, error, field);
  }

  @ParameterizedTest
  @EnumSource
  void aClientAuthenticatesWithAKeyThatSaysNothingOfItsUse(Addresses addresses) {
    ObjectNode metadata =
        Registration.metadata(
            Json.object(
                "{'token_endpoint_auth_method':'private_key_jwt',"
                    + "'token_endpoint_auth_signing_alg':'ES256'}"));
    metadata.withObject("/jwks").putArray("keys").add(KEY.jwk());
    JsonNode client = register(addresses, metadata).json();
    metadata.put("client_id", client.path("client_id").asText());
    try {
      for (JsonNode state : List.of(client, at(addresses).update(client, metadata).json())) {
        Answer pushed =
            TokenClient.anonymous()
                .post(
                    addresses.par(SERVER),
                    authorizeAt(addresses)
                        .with("client_id", state.path("client_id").asText())
                        .with("redirect_uri", state.at("/redirect_uris/0").asText())
                        .with("client_assertion_type", JWT_BEARER)
                        .with("client_assertion", assertion(state.path("client_id").asText()))
                        .parameters());
        assertThat(pushed.status()).as(pushed::summary).isEqualTo(201);
        client = state;
      }
    } finally {
      assertThat(at(addresses).delete(client).status()).isEqualTo(204);
    }
  }

  /** What a client says of itself to authenticate (RFC 7523 3). */
  private static String assertion(String clientId) {
    long now = Instant.now().getEpochSecond();
    return KEY.compact(
        Json.write(Map.of("alg", KEY.alg(), "kid", KEY.kid())),
        Json.write(
            Map.of(
                "iss",
                clientId,
                "sub",
                clientId,
                "aud",
                SERVER.realmUrl(),
                "jti",
                UUID.randomUUID().toString(),
                "iat",
                now,
                "exp",
                now + 60)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("taken")
  void aRegisteredClientIsWhatThePolicySaysAndNoMore(
      Addresses addresses, String name, String change) {
    ObjectNode metadata = Registration.metadata(change(change));

    Answer made = register(addresses, metadata);

    assertThat(made.status()).as(made::summary).isEqualTo(201);
    assertThat(made.header("Cache-Control")).hasValue("no-store");
    JsonNode client = made.json();
    try {
      assertThat(made.header("Location")).hasValue(client.path("registration_client_uri").asText());
      assertThat(client.path("registration_client_uri").asText())
          .isEqualTo(Addresses.PACK.register(SERVER) + "/" + client.path("client_id").asText());
      assertRegistered(client, metadata);
      Registration.assertWithinThePolicy(ADMIN.client(client.path("client_id").asText()));

      Answer sameAgain = at(addresses).update(client, client);
      assertThat(sameAgain.status()).as(sameAgain::summary).isEqualTo(200);
      client = sameAgain.json();
      assertRegistered(client, metadata);
      Registration.assertWithinThePolicy(ADMIN.client(client.path("client_id").asText()));
    } finally {
      assertThat(at(addresses).delete(client).status()).isEqualTo(204);
    }
  }

  /** The answer names what was registered (RFC 7591 3.2.1). */
  private static void assertRegistered(JsonNode client, JsonNode metadata) {
    for (String field : List.of("client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri")) {
      assertThat(client.path(field)).as(field).isEqualTo(metadata.path(field));
    }
    assertThat(client.path("token_endpoint_auth_method").asText())
        .isEqualTo(metadata.path("token_endpoint_auth_method").asText("client_secret_basic"));
    assertThat(Json.texts(client.path("response_types"))).containsExactly("code");
    assertThat(Json.texts(client.path("grant_types")))
        .containsExactlyInAnyOrderElementsOf(
            metadata.has("grant_types")
                ? Json.texts(metadata.path("grant_types"))
                : List.of("authorization_code", "refresh_token"));
    Set<String> scopes = Set.of(client.path("scope").asText().split(" ", -1));
    if (metadata.has("scope")) {
      Set<String> wanted = new TreeSet<>(Set.of("openid"));
      ScopeTable.SCOPES.stream()
          .filter(List.of(metadata.path("scope").asText().split(" ", -1))::contains)
          .forEach(wanted::add);
      assertThat(scopes).containsAll(wanted);
      assertThat(scopes)
          .doesNotContainAnyElementsOf(
              ScopeTable.SCOPES.stream().filter(scope -> !wanted.contains(scope)).toList());
    } else {
      assertThat(scopes).contains("openid", "profile", "email").containsAll(ScopeTable.SCOPES);
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("bodies")
  void aBodyThatIsNoMetadataIsRefused(
      Addresses addresses, String name, String body, int status, String error) {
    Answer answer = at(addresses).register(invited, filled(body).replace('\'', '"'));

    assertError(answer, status, error);
  }

  @Test
  void aFormIsNoMetadata() {
    assertError(
        invited.post(Addresses.PACK.register(SERVER), Parameters.of("client_name", "x")),
        415,
        "invalid_request");
  }

  @ParameterizedTest
  @EnumSource
  void withoutATokenNobodyRegistersUnlessAnAdminOpensIt(Addresses addresses) throws Throwable {
    Registration registration = at(addresses);
    String body = Registration.metadata(Json.object("{}")).toString();

    Answer closed = registration.register(TokenClient.anonymous(), body);
    assertError(closed, 401, "invalid_token");
    assertThat(closed.header("WWW-Authenticate")).hasValue("Bearer realm=\"expensicat\"");

    withSetting(
        ANYBODY,
        "open",
        "true",
        () -> {
          assertRefused(
              registration.register(
                  TokenClient.anonymous(),
                  Registration.metadata(change("{'jwks_uri':'LISTENER/'}")).toString()),
              400,
              "invalid_client_metadata",
              "jwks_uri");
          Answer made = registration.register(TokenClient.anonymous(), body);
          assertThat(made.status()).as(made::summary).isEqualTo(201);
          JsonNode client = ADMIN.client(made.json().path("client_id").asText());
          Registration.assertWithinThePolicy(client);
          assertThat(client.at("/attributes/expensicat.registered-by").asText())
              .isEqualTo("anybody");
          assertThat(registration.read(made.json()).status()).isEqualTo(200);
          assertThat(registration.delete(made.json()).status()).isEqualTo(204);
        });
  }

  /** So that a client of MCP can step up. */
  @ParameterizedTest
  @EnumSource
  void theScopeOfAClientThatAnybodyRegisteredIsNoLimit(Addresses addresses) throws Throwable {
    withSetting(
        ANYBODY,
        "open",
        "true",
        () -> {
          Answer made =
              at(addresses)
                  .register(
                      TokenClient.anonymous(),
                      Registration.metadata(Json.object("{'scope':'transactions:read'}"))
                          .toString());
          assertThat(made.status()).as(made::summary).isEqualTo(201);
          assertThat(made.json().path("scope").asText().split(" "))
              .contains("openid")
              .containsAll(ScopeTable.SCOPES);
          assertThat(at(addresses).delete(made.json()).status()).isEqualTo(204);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aTokenThatIsNoneForRegistrationRegistersNothing(Addresses addresses) {
    Registration registration = at(addresses);
    String body = Registration.metadata(Json.object("{}")).toString();
    String used = registration.initialAccessToken(1);
    JsonNode client = registration.register(TokenClient.bearer(used), body).json();

    Answer again = registration.register(TokenClient.bearer(used), body);
    assertError(again, 401, "invalid_token");
    assertThat(again.header("WWW-Authenticate").orElseThrow()).contains("error=\"invalid_token\"");
    assertError(registration.register(TokenClient.bearer("x.y.z"), body), 401, "invalid_token");
    assertError(registration.register(Registration.holder(client), body), 401, "invalid_token");
    String access = authorizeAt(addresses).tokens().json().path("access_token").asText();
    assertError(registration.register(TokenClient.bearer(access), body), 403, "insufficient_scope");

    assertThat(registration.delete(client).status()).isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(strings = {ANYBODY, "authenticated"})
  void thereIsALimitOfClientsAltogether(String caller) throws Throwable {
    Registration registration = at(Addresses.PACK);
    String body = Registration.metadata(Json.object("{}")).toString();
    TokenClient client =
        caller.equals(ANYBODY)
            ? TokenClient.anonymous()
            : TokenClient.bearer(registration.initialAccessToken(3));
    withSetting(
        caller,
        "open",
        "true",
        () ->
            withSetting(
                caller,
                "max-clients",
                String.valueOf(clients().size() + 1),
                () -> {
                  JsonNode last = registration.register(client, body).json();
                  assertError(registration.register(client, body), 403, "access_denied");
                  assertThat(registration.delete(last).status()).isEqualTo(204);
                  JsonNode another = registration.register(client, body).json();
                  assertThat(registration.delete(another).status()).isEqualTo(204);
                }));
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyStringIsNoneAndAnEmptyScopeSoMeansAll(Addresses addresses) {
    withRegistered(
        addresses,
        "{'scope':'','client_name':'','client_uri':'','logo_uri':'','tos_uri':'','policy_uri':'',"
            + "'jwks_uri':'','software_id':''}",
        client ->
            assertThat(client.path("scope").asText().split(" ")).containsAll(ScopeTable.SCOPES));
  }

  @Test
  void clientsThatNobodyUsedMakeRoomAndNoOthers() throws Throwable {
    String unused = registered();
    String used = registered();
    String usedAgain = registered();
    String anAdmins = registered();
    use(unused, "2020-01-01");
    use(usedAgain, "2020-01-01");
    use(anAdmins, "2020-01-01");
    ADMIN.updateClient(
        anAdmins,
        client -> client.withObject("/attributes").put("expensicat.registered-by", "admin"));
    try {
      JsonNode client = ADMIN.client(usedAgain);
      assertThat(
              authorizeAt(Addresses.PACK)
                  .with("client_id", usedAgain)
                  .with("redirect_uri", client.at("/redirectUris/0").asText())
                  .tokens()
                  .status())
          .isEqualTo(200);
      assertThat(lastUse(usedAgain)).isEqualTo(lastUse(used));

      withSetting(
          "authenticated",
          "max-clients",
          String.valueOf(clients().size()),
          () -> {
            withSetting("authenticated", "unused-days", "0", RegistrationIT::assertFull);
            assertThat(ADMIN.findClient(unused)).isPresent();

            String another = registered();

            assertThat(ADMIN.findClient(unused)).isEmpty();
            assertFull();
            ADMIN.deleteClient(another);
          });
      for (String kept : List.of(used, usedAgain, anAdmins)) {
        assertThat(ADMIN.findClient(kept)).as(kept).isPresent();
      }
    } finally {
      Stream.of(unused, used, usedAgain, anAdmins)
          .filter(client -> ADMIN.findClient(client).isPresent())
          .forEach(ADMIN::deleteClient);
    }
  }

  /** A client that registered itself just now. */
  private static String registered() {
    Answer answer =
        at(Addresses.PACK).register(invited, Registration.metadata(Json.object("{}")).toString());
    assertThat(answer.status()).as(answer::summary).isEqualTo(201);
    return answer.json().path("client_id").asText();
  }

  private static void assertFull() {
    assertError(
        at(Addresses.PACK).register(invited, Registration.metadata(Json.object("{}")).toString()),
        403,
        "access_denied");
  }

  private static void use(String client, String day) {
    ADMIN.updateClient(client, it -> it.withObject("/attributes").put(LAST_USED, day));
  }

  private static String lastUse(String client) {
    return ADMIN.client(client).path("attributes").path(LAST_USED).asText();
  }

  @Test
  void withThePoliciesDeletedNothingIsOpened() {
    List<JsonNode> policies = policies().toList();
    assertThat(policies).hasSize(2);
    policies.forEach(policy -> ADMIN.delete("/components/" + policy.path("id").asText()));
    try {
      for (Addresses addresses : Addresses.values()) {
        Registration registration = at(addresses);
        String body = Registration.metadata(Json.object("{}")).toString();
        assertError(registration.register(TokenClient.anonymous(), body), 401, "invalid_token");
        assertRefused(
            register(addresses, Registration.metadata(change("{'grant_types':['password']}"))),
            400,
            "invalid_client_metadata",
            "grant_types");
        JsonNode client = registration.register(invited, body).json();
        Registration.assertWithinThePolicy(ADMIN.client(client.path("client_id").asText()));
        assertThat(registration.delete(client).status()).isEqualTo(204);
      }
    } finally {
      policies.forEach(policy -> ADMIN.post("/components", policy));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientIsReadChangedAndDeletedByItsTokenWhichIsNewAfterAChange(Addresses addresses) {
    Registration registration = at(addresses);
    JsonNode made = register(addresses, Registration.metadata(Json.object("{}"))).json();
    JsonNode read = registration.read(made).json();
    assertThat(read.path("client_name").asText()).isEqualTo("Stranger");

    Answer changed =
        registration.update(
            read,
            Json.object("{'client_name':'Renamed','redirect_uris':['com.example.app:/cb']}")
                .set("client_id", made.path("client_id")));

    assertThat(changed.status()).as(changed::summary).isEqualTo(200);
    JsonNode now = changed.json();
    assertThat(now.path("client_name").asText()).isEqualTo("Renamed");
    assertThat(Json.texts(now.path("redirect_uris"))).containsExactly("com.example.app:/cb");
    assertThat(now.path("token_endpoint_auth_method").asText()).isEqualTo("none");
    assertThat(now.path("registration_access_token"))
        .isNotEqualTo(made.path("registration_access_token"));
    assertError(registration.read(made), 401, "invalid_token");
    assertError(registration.update(made, made), 401, "invalid_token");
    assertError(registration.delete(made), 401, "invalid_token");
    assertThat(registration.read(now).json().path("client_name").asText()).isEqualTo("Renamed");

    assertThat(registration.delete(now).status()).isEqualTo(204);
    assertError(registration.read(now), 401, "invalid_token");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("updatesRefused")
  void anUpdateChangesNothingThatRegistrationDoesNotAllow(
      Addresses addresses, String name, String change, String error, String field) {
    withRegistered(
        addresses,
        "{'scope':'transactions:read'}",
        client -> {
          JsonNode before = ADMIN.client(client.path("client_id").asText());

          Answer answer =
              at(addresses)
                  .update(client, Registration.changed((ObjectNode) client, change(change)));

          assertRefused(answer, 400, error, field);
          assertThat(ADMIN.client(client.path("client_id").asText())).isEqualTo(before);
        });
  }

  @ParameterizedTest
  @EnumSource
  void oneClientsTokenOpensNoOther(Addresses addresses) {
    withRegistered(
        addresses,
        "{}",
        one ->
            withRegistered(
                addresses,
                "{}",
                other -> {
                  TokenClient holder = Registration.holder(one);
                  for (String clientId :
                      List.of(
                          other.path("client_id").asText(), AuthorizationFlow.DEMO_APP, "nobody")) {
                    URI address = at(addresses).of(clientId);
                    assertError(holder.get(address), 401, "invalid_token");
                    assertError(holder.send("DELETE", address), 401, "invalid_token");
                    assertError(
                        holder.send("PUT", address, BodyKind.JSON.mediaType(), other.toString()),
                        401,
                        "invalid_token");
                  }
                }));
  }

  @ParameterizedTest
  @EnumSource
  void aDisabledClientStaysDisabled(Addresses addresses) {
    withRegistered(
        addresses,
        "{}",
        client -> {
          String clientId = client.path("client_id").asText();
          ADMIN.updateClient(clientId, changed -> changed.put("enabled", false));

          assertError(at(addresses).read(client), 401, "invalid_token");
          assertError(at(addresses).update(client, client), 401, "invalid_token");
          assertError(at(addresses).delete(client), 401, "invalid_token");
          assertThat(ADMIN.client(clientId).path("enabled").asBoolean()).isFalse();

          ADMIN.updateClient(clientId, changed -> changed.put("enabled", true));
        });
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "PACK|{'serviceAccountsEnabled':true,'publicClient':false}",
        "PACK|{'fullScopeAllowed':true}",
        "PACK|{'attributes':{'expensicat.first-party':'true'}}",
        "PACK|{'attributes':{'expensicat.registered-by':'admin'}}",
        "KEYCLOAK|{'attributes':{'expensicat.registered-by':''}}",
        "KEYCLOAK|{'fullScopeAllowed':true}",
        "KEYCLOAK|{'defaultScope':'team:admin'}",
        "KEYCLOAK|{'protocolMappers':[{'name':'m','protocol':'openid-connect',"
            + "'protocolMapper':'oidc-usermodel-realm-role-mapper',"
            + "'config':{'claim.name':'realm_access.roles','access.token.claim':'true'}}]}"
      })
  void aClientThatAnAdminHasGivenMoreIsNotChangedByItsToken(Addresses addresses, String given) {
    withRegistered(
        addresses,
        "{}",
        client -> {
          String clientId = client.path("client_id").asText();
          if (given.contains("protocolMappers")) {
            ADMIN.create(
                ADMIN.clientPath(clientId) + "/protocol-mappers/models",
                Json.object(given).at("/protocolMappers/0"));
          } else if (given.contains("defaultScope")) {
            String scope = "/" + ADMIN.clientScope("team:admin").path("id").asText();
            ADMIN.delete(ADMIN.clientPath(clientId) + "/optional-client-scopes" + scope);
            ADMIN.put(
                ADMIN.clientPath(clientId) + "/default-client-scopes" + scope, Json.object("{}"));
          } else {
            ADMIN.updateClient(clientId, changed -> merge(changed, Json.object(given)));
          }
          JsonNode before = inOrder(ADMIN.client(clientId));

          ObjectNode change = ((ObjectNode) client).deepCopy().put("client_name", "Mine again");
          assertError(at(addresses).update(client, change), 403, "insufficient_scope");
          assertError(at(addresses).delete(client), 403, "insufficient_scope");
          assertThat(inOrder(ADMIN.client(clientId))).isEqualTo(before);
        });
  }

  /** A client whose lists, which Keycloak keeps as sets, are sorted. */
  private static JsonNode inOrder(JsonNode client) {
    ObjectNode sorted = client.deepCopy();
    client
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isArray() && !field.getKey().equals("protocolMappers")) {
                sorted.set(field.getKey(), Json.tree(new TreeSet<>(Json.texts(field.getValue()))));
              }
            });
    return sorted;
  }

  private static void merge(ObjectNode into, ObjectNode change) {
    change
        .properties()
        .forEach(
            field -> {
              if (field.getValue() instanceof ObjectNode inner) {
                merge(into.withObject("/" + field.getKey()), inner);
              } else {
                into.set(field.getKey(), field.getValue());
              }
            });
  }

  @ParameterizedTest
  @EnumSource
  void aScopeThatAnAdminTookFromAClientStaysTaken(Addresses addresses) {
    withRegistered(
        addresses,
        "{}",
        client -> {
          String clientId = client.path("client_id").asText();
          ADMIN.delete(
              ADMIN.clientPath(clientId)
                  + "/optional-client-scopes/"
                  + ADMIN.clientScope("banking:write").path("id").asText());

          assertRefused(
              at(addresses).update(client, client), 400, "invalid_client_metadata", "scope");
          Answer silent =
              at(addresses)
                  .update(
                      client,
                      Registration.changed((ObjectNode) client, Json.object("{'scope':null}")));

          assertThat(silent.status()).as(silent::summary).isEqualTo(200);
          assertThat(Json.texts(ADMIN.client(clientId).path("optionalClientScopes")))
              .contains("banking:read")
              .doesNotContain("banking:write");
          ((ObjectNode) client)
              .set("registration_access_token", silent.json().path("registration_access_token"));
        });
  }

  @ParameterizedTest
  @EnumSource
  void aRegistrationTokenOfAClientThatAnAdminMadeChangesNothing(Addresses addresses)
      throws Throwable {
    ADMIN.withClient(
        Json.object(
            "{'clientId':'made-by-admin','publicClient':true,"
                + "'redirectUris':['https://admin.example/cb']}"),
        () -> {
          JsonNode client =
              Registration.metadata(Json.object("{'client_id':'made-by-admin'}"))
                  .set(
                      "registration_access_token",
                      ADMIN
                          .post(
                              ADMIN.clientPath("made-by-admin") + "/registration-access-token",
                              null)
                          .path("registrationAccessToken"));
          assertError(at(addresses).update(client, client), 403, "insufficient_scope");
          assertError(at(addresses).delete(client), 403, "insufficient_scope");
          assertThat(Json.texts(ADMIN.client("made-by-admin").path("redirectUris")))
              .containsExactly("https://admin.example/cb");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "install", "saml2-entity-descriptor"})
  void keycloaksOtherFormsOfRegistrationAreNotThere(String form) {
    URI address = URI.create(SERVER.realmUrl() + "/clients-registrations/" + form);
    String intruder =
        "{\"clientId\":\"intruder\",\"attributes\":{\"expensicat.first-party\":\"true\"}}";
    withRegistered(
        Addresses.KEYCLOAK,
        "{}",
        client -> {
          TokenClient initial = TokenClient.bearer(at(Addresses.KEYCLOAK).initialAccessToken(1));
          URI own = URI.create(address + "/" + client.path("client_id").asText());
          for (Answer answer :
              List.of(
                  initial.send("POST", address, BodyKind.JSON.mediaType(), intruder),
                  Registration.holder(client).get(own),
                  Registration.holder(client).send("PUT", own, BodyKind.JSON.mediaType(), intruder),
                  Registration.holder(client).send("DELETE", own))) {
            assertThat(answer.status()).as(answer::summary).isEqualTo(404);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aStrangersClientWalksTheWholeWayAndThePageSaysThatNobodyHasLookedAtIt(Addresses addresses) {
    withRegistered(
        addresses,
        "{'client_name':'Stranger <b>&amp; Co','scope':'openid transactions:read invoices:write',"
            + "'logo_uri':'https://stranger.example/logo.png',"
            + "'tos_uri':'https://stranger.example/terms',"
            + "'policy_uri':'https://stranger.example/privacy'}",
        client -> {
          AuthorizationFlow flow = flow(addresses, client).with("scope", "transactions:read");
          Browser browser = new Browser();
          Answer page = flow.signIn(browser);

          assertThat(page.document().text())
              .contains("Stranger <b>&amp; Co", "Nobody at Expensicat has looked");
          assertThat(page.document().select(".expensicat-facts a").eachAttr("href"))
              .containsExactly(
                  "https://stranger.example/terms",
                  "https://stranger.example/privacy",
                  "https://stranger.example/logo.png");
          assertThat(page.document().select("img:not([src^=/resources/]), [style*=stranger]"))
              .isEmpty();
          assertThat(page.header("Content-Security-Policy").orElseThrow())
              .contains("img-src 'self' data:");

          Parameters callback = flow.callback(browser.follow(browser.accept(page)));
          JsonNode tokens =
              TokenClient.anonymous()
                  .post(addresses.token(SERVER), flow.tokenRequest(callback.get("code")))
                  .json();
          assertThat(tokens.path("scope").asText()).isEqualTo("transactions:read");
          Answer refreshed =
              TokenClient.anonymous()
                  .post(
                      addresses.token(SERVER),
                      Parameters.of(
                          "grant_type", "refresh_token",
                          "client_id", client.path("client_id").asText(),
                          "refresh_token", tokens.path("refresh_token").asText()));
          assertThat(refreshed.status()).as(refreshed::summary).isEqualTo(200);

          AuthorizationFlow greedy = flow.with("scope", "team:admin");
          assertThat(greedy.callback(greedy.start(browser)).get("error"))
              .isEqualTo("invalid_scope");
          AuthorizationFlow elsewhere =
              flow.with("redirect_uri", "https://stranger.example/elsewhere");
          assertThat(elsewhere.start(browser).status()).isEqualTo(400);
          AuthorizationFlow plain = flow.without("code_challenge");
          assertThat(plain.callback(plain.start(browser)).get("error"))
              .isEqualTo("invalid_request");
          Answer byAddress =
              flow.with("request_uri", filled("LISTENER/request")).start(new Browser());
          assertThat(byAddress.form(Browser.LOGIN_FORM)).as(byAddress::summary).isEmpty();
        });
  }

  @ParameterizedTest
  @CsvSource({
    "en, calls itself, not known, unchecked",
    "de, sich selbst, nicht bekannt, ungeprüft",
    "fr, elle-même, inconnu, non vérifié",
    "es, sí misma, desconocido, sin comprobar"
  })
  void whatAClientSaysOfItselfIsMarkedAndNobodyIsNamedWhoRunsIt(
      String language, String mark, String unknown, String unchecked) throws Throwable {
    withRegistered(
        Addresses.PACK,
        "{'client_name':'Expensicat Support','scope':'transactions:read',"
            + "'client_uri':'https://www.bank.example/'}",
        client -> {
          Answer page =
              flow(Addresses.PACK, client)
                  .with("scope", "transactions:read")
                  .with("ui_locales", language)
                  .signIn(new Browser());

          assertThat(page.document().selectFirst("h1").text()).contains(mark, "Expensicat Support");
          assertThat(page.document().select(".expensicat-facts dd").eachText()).contains(unknown);
          assertThat(page.document().select(".expensicat-facts dt").eachText())
              .anyMatch(title -> title.contains(unchecked));
          assertThat(page.document().text()).doesNotContain("bank.example");
          assertThat(page.document().select(".expensicat-facts a").eachAttr("href"))
              .containsExactly("https://www.bank.example/");
        });
  }

  @Test
  void anAdminWhoHasLookedAtAClientAnswersForIt() throws Throwable {
    withRegistered(
        Addresses.PACK,
        "{'client_uri':'https://www.known.example/'}",
        client -> {
          ADMIN.updateClient(
              client.path("client_id").asText(),
              changed ->
                  changed.withObject("/attributes").put("expensicat.registered-by", "admin"));
          Answer page = flow(Addresses.PACK, client).signIn(new Browser());
          assertThat(page.document().text())
              .contains("Stranger asks for access", "Run by www.known.example")
              .doesNotContain("Nobody at Expensicat has looked", "calls itself", "unchecked");
        });
  }

  @ParameterizedTest
  @EnumSource
  void aConfidentialClientOfAStrangerActsForNobodyButAPerson(Addresses addresses) {
    withRegistered(
        addresses,
        "{'token_endpoint_auth_method':'client_secret_basic'}",
        client -> {
          TokenClient itself =
              TokenClient.basic(
                  client.path("client_id").asText(), client.path("client_secret").asText());
          for (Parameters request :
              List.of(
                  Parameters.of("grant_type", "client_credentials", "scope", "transactions:read"),
                  Parameters.of("grant_type", "client_credentials"),
                  Parameters.of(
                      "grant_type", "password", "username", "demo", "password", "demo"))) {
            assertThat(itself.post(addresses.token(SERVER), request).status()).isIn(400, 401);
          }
          AuthorizationFlow flow = flow(addresses, client).with("scope", "openid email");
          Answer tokens = flow.tokens(new Browser(), BodyKind.FORM, itself);
          assertThat(tokens.status()).as(tokens::summary).isEqualTo(200);
        });
  }

  private static AuthorizationFlow flow(Addresses addresses, JsonNode client) {
    return authorizeAt(addresses)
        .with("client_id", client.path("client_id").asText())
        .with("redirect_uri", "https://stranger.example/cb");
  }

  private static Answer register(Addresses addresses, JsonNode metadata) {
    return at(addresses).register(invited, metadata.toString());
  }

  private static Registration at(Addresses addresses) {
    return new Registration(SERVER, addresses);
  }

  private static void withRegistered(Addresses addresses, String change, Consumer<JsonNode> test) {
    Answer made = register(addresses, Registration.metadata(Json.object(change)));
    assertThat(made.status()).as(made::summary).isEqualTo(201);
    try {
      test.accept(made.json());
    } finally {
      ADMIN.deleteClient(made.json().path("client_id").asText());
    }
  }

  private static Stream<JsonNode> policies() {
    return StreamSupport.stream(ADMIN.get(POLICIES).spliterator(), false);
  }

  private static void withSetting(String caller, String name, String value, Executable test)
      throws Throwable {
    String id =
        policies()
            .filter(policy -> policy.path("subType").asText().equals(caller))
            .findFirst()
            .orElseThrow()
            .path("id")
            .asText();
    ADMIN.withChange(
        "/components/" + id,
        policy -> policy.withObject("/config").putArray(name).add(value),
        test);
  }

  private static void assertRefused(Answer answer, int status, String error, String field) {
    assertError(answer, status, error);
    assertThat(answer.json().path("error_description").asText()).startsWith(field + ": ");
  }

  private static void assertError(Answer answer, int status, String error) {
    ErrorAnswer.assertError(answer, status, error);
    assertThat(answer.header("Cache-Control")).hasValue("no-store");
    assertThat(answer.json().path("error_description").asText())
        .matches("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]+");
  }
}
