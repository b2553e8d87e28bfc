package com.expensicat.keycloak.it.endpoint;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.Registration;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The metadata offers nothing that registration or authorize refuses: there are clients that take
 * all of it.
 */
class MetadataIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();

  private static final SigningKey KEY = SigningKey.es256("es");

  /** The field of a client's metadata that takes one value of a list of the server's. */
  private static final Map<String, String> FIELDS =
      Map.ofEntries(
          Map.entry("subject_types_supported", "subject_type"),
          Map.entry("response_types_supported", "response_types"),
          Map.entry("token_endpoint_auth_methods_supported", "token_endpoint_auth_method"),
          Map.entry("revocation_endpoint_auth_methods_supported", "token_endpoint_auth_method"),
          Map.entry("introspection_endpoint_auth_methods_supported", "token_endpoint_auth_method"),
          Map.entry(
              "token_endpoint_auth_signing_alg_values_supported",
              "token_endpoint_auth_signing_alg"),
          Map.entry(
              "revocation_endpoint_auth_signing_alg_values_supported",
              "token_endpoint_auth_signing_alg"),
          Map.entry(
              "introspection_endpoint_auth_signing_alg_values_supported",
              "token_endpoint_auth_signing_alg"),
          Map.entry("id_token_signing_alg_values_supported", "id_token_signed_response_alg"),
          Map.entry("id_token_encryption_alg_values_supported", "id_token_encrypted_response_alg"),
          Map.entry("id_token_encryption_enc_values_supported", "id_token_encrypted_response_enc"),
          Map.entry("userinfo_signing_alg_values_supported", "userinfo_signed_response_alg"),
          Map.entry("userinfo_encryption_alg_values_supported", "userinfo_encrypted_response_alg"),
          Map.entry("userinfo_encryption_enc_values_supported", "userinfo_encrypted_response_enc"),
          Map.entry("request_object_signing_alg_values_supported", "request_object_signing_alg"),
          Map.entry(
              "request_object_encryption_alg_values_supported", "request_object_encryption_alg"),
          Map.entry(
              "request_object_encryption_enc_values_supported", "request_object_encryption_enc"),
          Map.entry(
              "authorization_signing_alg_values_supported", "authorization_signed_response_alg"),
          Map.entry(
              "authorization_encryption_alg_values_supported",
              "authorization_encrypted_response_alg"),
          Map.entry(
              "authorization_encryption_enc_values_supported",
              "authorization_encrypted_response_enc"),
          Map.entry("scopes_supported", "scope"));

  /** What is offered at authorize or in a proof, and no field of a client's metadata. */
  private static final Set<String> IN_REQUESTS =
      Set.of(
          "acr_values_supported",
          "claim_types_supported",
          "claims_supported",
          "code_challenge_methods_supported",
          "dpop_signing_alg_values_supported",
          "prompt_values_supported",
          "response_modes_supported");

  /** Of these an admin gives the rest. */
  private static final Set<String> GRANTS_OF_REGISTRATION =
      Set.of("authorization_code", "refresh_token");

  /** What a client would register to use what a flag offers. */
  private static final Map<String, String> FLAGS =
      Map.of(
          "request_uri_parameter_supported", "{'request_uris':['https://stranger.example/r']}",
          "tls_client_certificate_bound_access_tokens",
              "{'tls_client_certificate_bound_access_tokens':true}",
          "backchannel_logout_supported",
              "{'backchannel_logout_uri':'https://stranger.example/out'}",
          "backchannel_logout_session_supported",
              "{'backchannel_logout_uri':'https://stranger.example/out'}",
          "frontchannel_logout_supported",
              "{'frontchannel_logout_uri':'https://stranger.example/out'}",
          "frontchannel_logout_session_supported",
              "{'frontchannel_logout_uri':'https://stranger.example/out'}");

  private static final Set<String> FLAGS_OF_REQUESTS =
      Set.of(
          "authorization_response_iss_parameter_supported",
          "claims_parameter_supported",
          "request_parameter_supported",
          "require_pushed_authorization_requests");

  private static JsonNode metadata() {
    return TokenClient.anonymous()
        .get(URI.create(SERVER.realmUrl() + "/.well-known/openid-configuration"))
        .json();
  }

  static Stream<Arguments> values() {
    return metadata().properties().stream()
        .filter(member -> member.getValue().isArray())
        .flatMap(
            member ->
                StreamSupport.stream(member.getValue().spliterator(), false)
                    .map(value -> Arguments.of(member.getKey(), value.asText())));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("values")
  void eachValueIsOneThatAClientCanRegisterWith(String member, String value) {
    if (IN_REQUESTS.contains(member)) {
      return;
    }
    if (member.equals("grant_types_supported")) {
      if (GRANTS_OF_REGISTRATION.contains(value)) {
        assertRegisters(Json.object("{'grant_types':['authorization_code','" + value + "']}"));
      }
      return;
    }
    assertThat(FIELDS).as("a member that nobody has looked at").containsKey(member);
    ObjectNode change = Json.object("{}");
    if (member.equals("response_types_supported")) {
      change.putArray(FIELDS.get(member)).add(value);
    } else {
      change.put(FIELDS.get(member), value);
    }
    if (value.equals("private_key_jwt")) {
      change.withObject("/jwks").putArray("keys").add(KEY.jwk());
    }
    assertRegisters(change);
  }

  @Test
  void eachFlagIsOneThatAClientCanMakeUseOf() {
    for (Map.Entry<String, JsonNode> member : metadata().properties()) {
      if (member.getValue().isBoolean()) {
        assertThat(
                FLAGS_OF_REQUESTS.contains(member.getKey()) || FLAGS.containsKey(member.getKey()))
            .as(member.getKey())
            .isTrue();
        if (member.getValue().asBoolean() && FLAGS.containsKey(member.getKey())) {
          assertRegisters(Json.object(FLAGS.get(member.getKey())));
        }
      }
    }
    assertThat(metadata().path("claims_parameter_supported").asBoolean()).isFalse();
    assertThat(metadata().path("request_uri_parameter_supported").asBoolean(true)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aClientRegistersForAllScopesThatAreNamedAndAsksForAllOfThem(Addresses addresses) {
    String all = String.join(" ", Json.texts(metadata().path("scopes_supported")));
    JsonNode client = register(addresses, Json.object("{'scope':'" + all + "'}")).json();
    try {
      JsonNode tokens =
          authorizeAt(addresses)
              .with("client_id", client.path("client_id").asText())
              .with("redirect_uri", client.at("/redirect_uris/0").asText())
              .with("scope", all)
              .tokens()
              .json();
      assertThat(tokens.path("scope").asText().split(" "))
          .containsAll(ScopeTable.SCOPES)
          .contains("openid", "profile", "email");
    } finally {
      delete(addresses, client);
    }
  }

  private static void assertRegisters(ObjectNode change) {
    Answer answer = register(Addresses.PACK, change);
    assertThat(answer.status()).as(answer::summary).isEqualTo(201);
    delete(Addresses.PACK, answer.json());
  }

  private static Answer register(Addresses addresses, ObjectNode change) {
    Registration registration = new Registration(SERVER, addresses);
    return registration.register(
        TokenClient.bearer(registration.initialAccessToken(1)),
        Json.write(Registration.metadata(change)));
  }

  private static void delete(Addresses addresses, JsonNode client) {
    assertThat(new Registration(SERVER, addresses).delete(client).status()).isEqualTo(204);
  }
}
