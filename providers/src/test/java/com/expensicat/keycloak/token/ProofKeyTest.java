package com.expensicat.keycloak.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.common.crypto.CryptoIntegration;

class ProofKeyTest {

  @BeforeAll
  static void findCryptography() {
    CryptoIntegration.init(ProofKeyTest.class.getClassLoader());
  }

  @Test
  void aKeyOnItsCurveIsReadable() {
    // The key of RFC 9449 4.1.
    assertThat(
            ProofKey.isReadable(
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
    assertThat(ProofKey.isReadable(proof(jwk))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "junk", "a.b.c", "....", "{}", "e30.e30.", "e30.e30.e30,e30.e30.e30"})
  void allElseIsLeftToKeycloak(String proof) {
    assertThat(ProofKey.isReadable(proof)).isTrue();
    assertThat(ProofKey.isReadable(null)).isTrue();
  }

  private static String proof(String jwk) {
    String header = "{'typ':'dpop+jwt','alg':'ES256','jwk':" + jwk + "}";
    return Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(header.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
        + ".e30.AA";
  }
}
