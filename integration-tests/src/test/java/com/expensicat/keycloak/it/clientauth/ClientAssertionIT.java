package com.expensicat.keycloak.it.clientauth;

import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Cases;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients that authenticate by a JWT (RFC 7523): at each address that asks for the client, with
 * {@code private_key_jwt} and with {@code client_secret_jwt}.
 */
class ClientAssertionIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final String JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  private static final String SECRET = "a-secret-of-more-than-thirty-two-bytes";

  private static final Signer OWN = new Signer("keyed", SigningKey.es256("own"));
  private static final Signer OTHERS = new Signer("keyed-too", SigningKey.rs256("others"));
  private static final Signer BY_SECRET = new Signer("by-secret", null);
  private static final List<Signer> CLIENTS = List.of(OWN, OTHERS, BY_SECRET);

  /**
   * A client and what it signs with.
   *
   * @param key its key pair; null where it signs with its secret
   */
  private record Signer(String clientId, SigningKey key) {

    ObjectNode representation() {
      ObjectNode client =
          Json.object(
                  "{'publicClient':false,'serviceAccountsEnabled':true,"
                      + "'redirectUris':['http://127.0.0.1:9876/callback']}")
              .put("clientId", clientId);
      if (key == null) {
        return client.put("clientAuthenticatorType", "client-secret-jwt").put("secret", SECRET);
      }
      client
          .put("clientAuthenticatorType", "client-jwt")
          .withObject("/attributes")
          .put("use.jwks.string", "true")
          .put("jwks.string", Json.write(Map.of("keys", List.of(key.jwk().put("use", "sig")))));
      return client;
    }

    /** Claims of a good assertion, valid from now for a minute. */
    ObjectNode claims() {
      long now = Instant.now().getEpochSecond();
      return Json.object("{}")
          .put("iss", clientId)
          .put("sub", clientId)
          .put("aud", SERVER.realmUrl())
          .put("jti", UUID.randomUUID().toString())
          .put("iat", now)
          .put("exp", now + 60);
    }

    String sign(ObjectNode claims) throws JOSEException {
      if (key != null) {
        return key.compact(
            Json.write(Map.of("alg", key.alg(), "kid", key.kid())), Json.write(claims));
      }
      JWSObject jws =
          new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload(Json.write(claims)));
      jws.sign(new MACSigner(SECRET));
      return jws.serialize();
    }
  }

  /** An address that asks for the client, with a request that needs nothing else. */
  private enum Operation {
    TOKEN(200) {
      @Override
      URI at(Addresses addresses) {
        return addresses.token(SERVER);
      }

      @Override
      Parameters request(Signer client) {
        return Parameters.of("grant_type", "client_credentials");
      }
    },
    INTROSPECT(200) {
      @Override
      URI at(Addresses addresses) {
        return addresses.introspect(SERVER);
      }
    },
    REVOKE(200) {
      @Override
      URI at(Addresses addresses) {
        return addresses.revoke(SERVER);
      }
    },
    PAR(201) {
      @Override
      URI at(Addresses addresses) {
        return addresses.par(SERVER);
      }

      @Override
      Parameters request(Signer client) {
        return AuthorizationFlow.authorizeAt(Addresses.PACK)
            .with("client_id", client.clientId())
            .parameters();
      }
    };

    private final int success;

    Operation(int success) {
      this.success = success;
    }

    abstract URI at(Addresses addresses);

    Parameters request(Signer client) {
      return Parameters.of("token", "of-nobody");
    }

    Answer send(Addresses addresses, Signer client, String assertion) {
      return TokenClient.anonymous()
          .post(
              at(addresses),
              request(client)
                  .and("client_assertion_type", JWT_BEARER)
                  .and("client_assertion", assertion));
    }
  }

  @BeforeAll
  static void makeClients() {
    CLIENTS.forEach(client -> SERVER.admin().createClient(client.representation()));
  }

  @AfterAll
  static void deleteClients() {
    CLIENTS.stream().map(Signer::clientId).forEach(SERVER.admin()::deleteClient);
  }

  static Stream<Arguments> audiences() {
    return Cases.atEachAddress("client-assertion-audiences.csv");
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("audiences")
  void theAudienceIsTheIssuerOrOneOfTheAddressesAndNothingElse(
      Addresses addresses, String name, String audience, String verdict) throws JOSEException {
    for (Signer client : List.of(OWN, BY_SECRET)) {
      ObjectNode claims = client.claims();
      claims.set("aud", Json.read(filledIn(audience, client)).orElseThrow());
      for (Operation operation : Operation.values()) {
        claims.put("jti", UUID.randomUUID().toString());

        Answer answer = operation.send(addresses, client, client.sign(claims));

        if (verdict.equals("taken")) {
          assertThat(answer.status()).as(answer::summary).isEqualTo(operation.success);
        } else {
          assertError(answer, 401, "invalid_client");
        }
      }
    }
  }

  private static String filledIn(String audience, Signer client) {
    return audience
        .replace('\'', '"')
        .replace("$issuer", SERVER.realmUrl())
        .replace("$pack", SERVER.packUrl())
        .replace("$keycloak", Addresses.KEYCLOAK.prefix(SERVER))
        .replace("$server", SERVER.baseUrl())
        .replace("$port", String.valueOf(URI.create(SERVER.baseUrl()).getPort()))
        .replace("$client", client.clientId());
  }

  @ParameterizedTest
  @EnumSource
  void anAssertionServesOnceWhereverItIsShown(Addresses addresses) throws JOSEException {
    for (Signer client : List.of(OWN, BY_SECRET)) {
      String assertion = client.sign(client.claims());
      assertThat(Operation.TOKEN.send(addresses, client, assertion).status()).isEqualTo(200);
      for (Addresses other : Addresses.values()) {
        for (Operation operation : Operation.values()) {
          assertError(operation.send(other, client, assertion), 401, "invalid_client");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAssertionHasASubjectATimeAndAnId(Addresses addresses) throws JOSEException {
    long now = Instant.now().getEpochSecond();
    for (Signer client : List.of(OWN, BY_SECRET)) {
      for (ObjectNode claims :
          List.of(
              without(client.claims(), "iss"),
              without(client.claims(), "sub"),
              without(client.claims(), "iss", "sub"),
              without(client.claims(), "exp"),
              without(client.claims(), "jti"),
              client.claims().put("exp", now - 60),
              client.claims().put("exp", now - 300).put("iat", now - 600),
              client.claims().put("iat", now + 300).put("exp", now + 360),
              client.claims().put("iat", now - 3600),
              client.claims().put("nbf", now + 300),
              client.claims().put("sub", "nobody"),
              client.claims().put("iss", "nobody").put("sub", "nobody"),
              client.claims().put("iss", "expensicat-web").put("sub", "expensicat-web"))) {
        for (Operation operation : List.of(Operation.TOKEN, Operation.INTROSPECT)) {
          Answer answer = operation.send(addresses, client, client.sign(claims));
          assertError(answer, 401, "invalid_client");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAssertionMayBeALittleAheadOfTheClock(Addresses addresses) throws JOSEException {
    long now = Instant.now().getEpochSecond();
    ObjectNode claims = OWN.claims().put("iat", now + 8).put("nbf", now + 8);
    Answer answer = Operation.PAR.send(addresses, OWN, OWN.sign(claims));
    assertThat(answer.status()).as(answer::summary).isEqualTo(201);
  }

  private static ObjectNode without(ObjectNode claims, String... names) {
    return claims.without(List.of(names));
  }

  @ParameterizedTest
  @EnumSource
  void onlyTheClientsOwnKeySigns(Addresses addresses) throws JOSEException {
    String good = OWN.sign(OWN.claims());
    String signingInput = good.substring(0, good.lastIndexOf('.'));
    String noAlgorithm =
        SigningKey.base64url("{\"alg\":\"none\"}".getBytes(UTF_8))
            + good.substring(good.indexOf('.'), good.lastIndexOf('.') + 1);
    for (String assertion :
        List.of(
            OTHERS.sign(OWN.claims()),
            new Signer("keyed", SigningKey.es256("own")).sign(OWN.claims()),
            new Signer("keyed", SigningKey.ed25519("own")).sign(OWN.claims()),
            BY_SECRET.sign(OWN.claims()),
            OWN.sign(BY_SECRET.claims()),
            noAlgorithm,
            noAlgorithm.substring(0, noAlgorithm.length() - 1),
            signingInput,
            signingInput + '.',
            good.substring(0, good.length() - 6) + "AAAAAA",
            "garbage",
            "a.b.c",
            "..",
            "{}",
            "\u0000",
            "x".repeat(10_000))) {
      for (Operation operation : Operation.values()) {
        assertError(operation.send(addresses, OWN, assertion), 401, "invalid_client");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theClientOfTheRequestIsTheOneOfTheAssertion(Addresses addresses) throws JOSEException {
    for (Signer client : List.of(OWN, BY_SECRET)) {
      for (String other : List.of("keyed-too", "expensicat-web", "nobody")) {
        Answer answer =
            TokenClient.anonymous()
                .post(
                    addresses.introspect(SERVER),
                    Parameters.of(
                        "token",
                        "of-nobody",
                        "client_id",
                        other,
                        "client_assertion_type",
                        JWT_BEARER,
                        "client_assertion",
                        client.sign(client.claims())));
        assertError(answer, 401, "invalid_client");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theTypeOfTheAssertionIsNamed(Addresses addresses) throws JOSEException {
    for (String type :
        List.of(
            "",
            "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
            JWT_BEARER.toUpperCase(Locale.ROOT))) {
      assertError(
          TokenClient.anonymous()
              .post(
                  addresses.token(SERVER),
                  Parameters.of(
                      "grant_type",
                      "client_credentials",
                      "client_assertion_type",
                      type,
                      "client_assertion",
                      OWN.sign(OWN.claims()))),
          401,
          "invalid_client");
    }
  }

  @Test
  void aClientOfAnotherRealmsIssuerIsNobodyHere() throws JOSEException {
    SERVER
        .admin()
        .createRealm(
            Json.object("{'realm':'another','enabled':true}")
                .set("clients", Json.tree(List.of(OWN.representation()))));
    try {
      URI token = URI.create(SERVER.baseUrl() + "/realms/another/protocol/openid-connect/token");
      for (String address : List.of("/token", "/introspect", "/revoke", "/par")) {
        Answer answer = at(token, OWN.claims().put("aud", SERVER.packUrl() + address));
        assertThat(answer.status()).as(answer::summary).isIn(400, 401);
        assertThat(answer.json().has("access_token")).isFalse();
      }
      Answer good = at(token, OWN.claims().put("aud", token.toString()));
      assertThat(good.status()).as(good::summary).isEqualTo(200);
    } finally {
      SERVER.admin().in("another").delete("");
    }
  }

  private static Answer at(URI token, ObjectNode claims) throws JOSEException {
    return TokenClient.anonymous()
        .post(
            token,
            Parameters.of(
                "grant_type",
                "client_credentials",
                "client_assertion_type",
                JWT_BEARER,
                "client_assertion",
                OWN.sign(claims)));
  }

  @Test
  void badAssertionsLeaveNoStackTraceInTheLog() throws JOSEException {
    int before = SERVER.log().length();
    for (String assertion :
        List.of(
            "garbage",
            "a.b.c",
            OTHERS.sign(OWN.claims()),
            BY_SECRET.sign(OTHERS.claims()),
            OWN.sign(without(OWN.claims(), "iss")),
            OWN.sign(without(OWN.claims(), "sub")),
            OWN.sign(OWN.claims().put("iss", "nobody")))) {
      for (Operation operation : Operation.values()) {
        operation.send(Addresses.PACK, OWN, assertion);
      }
    }
    for (String name : List.of("client_assertion_type", "client_assertion")) {
      for (String value : List.of(JWT_BEARER, "garbage")) {
        TokenClient.anonymous()
            .post(
                Addresses.PACK.token(SERVER),
                Parameters.of("grant_type", "client_credentials", name, value));
      }
    }
    assertThat(SERVER.log().substring(before)).doesNotContain("\tat ");
  }
}
