package com.expensicat.keycloak.registration;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.Tables;
import com.expensicat.keycloak.floor.RedirectUris;
import com.expensicat.keycloak.http.JsonParameters.InvalidBodyException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.keycloak.common.crypto.CryptoIntegration;
import org.keycloak.crypto.Algorithm;
import org.keycloak.jose.jwk.JWK;
import org.keycloak.jose.jwk.JWKBuilder;
import org.keycloak.util.JsonSerialization;

/** The tables of registrations without a server. */
class ClientMetadataTest {

  private static final String KEY = publicKey("EC", 256);
  private static final String WEAK_KEY = publicKey("RSA", 1024);

  private static final ClientMetadata RULES =
      new ClientMetadata(
          Stream.of("transactions:read", "invoices:write"), Algorithm.RS256, RedirectUris::flaw);

  @BeforeAll
  static void keysCanBeRead() {
    CryptoIntegration.init(ClientMetadataTest.class.getClassLoader());
  }

  static Stream<Arguments> refused() {
    return Tables.rows("registrations-refused.csv").filter(ClientMetadataTest::isAboutMetadata);
  }

  static Stream<Arguments> taken() {
    return Tables.rows("registrations-taken.csv");
  }

  static Stream<Arguments> bodies() {
    return Tables.rows("registration-bodies.csv").filter(row -> row.get()[2].equals("400"));
  }

  /** Neither what only the address refuses nor what Keycloak's own check of redirect URIs does. */
  private static boolean isAboutMetadata(Arguments row) {
    return !List.of("client_id", "client_secret").contains(row.get()[3])
        && !((String) row.get()[1]).matches(".*[?&](state|CODE|error)=.*");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void whatIsNotAllowedIsRefusedByItsField(String name, String change, String error, String field) {
    assertThat(refusal(metadata(change))).hasValue(error + " " + field);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("taken")
  void whatIsAllowedHasNoFlaw(String name, String change) {
    assertThat(refusal(metadata(change))).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void aBodyThatIsNoMetadataIsRefused(String name, String body, int status, String error) {
    assertThat(refusal(body.replace('\'', '"')))
        .hasValueSatisfying(r -> assertThat(r).startsWith(error));
  }

  /** Error code and field. */
  private static Optional<String> refusal(String body) {
    try {
      return RULES
          .flaw(
              RegistrationBody.read(
                  new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))))
          .map(flaw -> flaw.error() + " " + flaw.field());
    } catch (InvalidBodyException e) {
      return Optional.of("invalid_client_metadata " + e.getMessage().split(":", 2)[0]);
    }
  }

  private static String metadata(String change) {
    return Tables.changed(
            Tables.object(
                "{'client_name':'Stranger','redirect_uris':['https://stranger.example/cb'],"
                    + "'token_endpoint_auth_method':'none'}"),
            filled(change))
        .toString();
  }

  private static String filled(String text) {
    return text.replace("VERYLONG", "x".repeat(9000))
        .replace("LONG", "x".repeat(300))
        .replace("LISTENER", "http://127.0.0.1:9")
        .replace("PRIVATE", KEY.replace("{", "{'d':'AQAB',"))
        .replace("WEAK", WEAK_KEY)
        .replace("KEY", KEY);
  }

  private static String publicKey(String kind, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
      generator.initialize(bits);
      PublicKey key = generator.generateKeyPair().getPublic();
      JWK jwk =
          key instanceof ECPublicKey ? JWKBuilder.create().ec(key) : JWKBuilder.create().rsa(key);
      return JsonSerialization.writeValueAsString(jwk);
    } catch (NoSuchAlgorithmException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
