package com.expensicat.keycloak.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.common.crypto.CryptoIntegration;

class ProofKeyTest {

  @BeforeAll
  static void findCryptography() {
    CryptoIntegration.init(ProofKeyTest.class.getClassLoader());
  }

  @Test
  void aKeyOnItsCurveIsUsable() {
    // The key of RFC 9449 4.1.
    assertThat(
            ProofKey.isUsable(
                proof(
                    "{'kty':'EC','crv':'P-256','x':'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',"
                        + "'y':'9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA'}")))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'kty':'EC','crv':'P-256','x':'AAAA','y':'AAAA'}",
        "{'kty':'EC','crv':'P-999','x':'AAAA','y':'AAAA'}",
        "{'kty':'EC','crv':'P-256'}",
        "{'kty':'RSA','n':'AA','e':'AA'}",
        "{'kty':'OKP','crv':'Ed25519','x':'AA'}"
      })
  void membersThatMakeNoKeyAreNot(String jwk) {
    assertThat(ProofKey.isUsable(proof(jwk))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "ES256, ES256, true",
    "ES256, ES384, false",
    "ES256, ECDH-ES, false",
    "ES256, '', false",
    "EdDSA, EdDSA, true",
    "EdDSA, Ed25519, true",
    "EdDSA, Ed448, false",
    "ES256, Ed25519, false"
  })
  void aKeyIsForTheAlgorithmThatItNames(String algorithm, String named, boolean isUsable) {
    String key =
        algorithm.equals("EdDSA")
            ? "{'kty':'OKP','crv':'Ed25519','x':'11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'"
            : "{'kty':'EC','crv':'P-256','x':'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',"
                + "'y':'9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA'";

    assertThat(ProofKey.isUsable(proof(algorithm, key + ",'alg':'" + named + "'}")))
        .isEqualTo(isUsable);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "junk", "a.b.c", "....", "{}", "e30.e30.", "e30.e30.e30,e30.e30.e30"})
  void allElseIsLeftToKeycloak(String proof) {
    assertThat(ProofKey.isUsable(proof)).isTrue();
    assertThat(ProofKey.isUsable(null)).isTrue();
  }

  private static String proof(String jwk) {
    return proof("ES256", jwk);
  }

  private static String proof(String algorithm, String jwk) {
    String header = "{'typ':'dpop+jwt','alg':'" + algorithm + "','jwk':" + jwk + "}";
    return Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(header.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
        + ".e30.AA";
  }
}
