package com.expensicat.keycloak.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.common.util.Base64Url;

class ClaimedIssuerTest {

  @Test
  void isThatOfTheTokenItself() {
    assertThat(ClaimedIssuer.of(jwt("{\"act\":{\"iss\":\"b\"},\"iss\":\"a\",\"aud\":[\"iss\"]}")))
        .contains("a");
    assertThat(ClaimedIssuer.of(jwt("{\"iss\":\"a\",\"act\":{\"iss\":\"b\"}}"))).contains("a");
    assertThat(ClaimedIssuer.of(jwt("{\"\\u0069ss\":\"\\u0061\"}"))).contains("a");
  }

  @Test
  void isTheLastOfSeveral() {
    assertThat(ClaimedIssuer.of(jwt("{\"iss\":\"a\",\"iss\":\"b\"}"))).contains("b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[\"iss\"]", "{\"iss\":1}", "{\"iss\":\"a\"", "\"iss\""})
  void ofOtherPayloadsThereIsNone(String payload) {
    assertThat(ClaimedIssuer.of(jwt(payload))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a.b", "a.%.c", "no token"})
  void ofNoTokenThereIsNone(String token) {
    assertThat(ClaimedIssuer.of(token)).isEmpty();
  }

  private static String jwt(String payload) {
    return "e30." + Base64Url.encode(payload.getBytes(UTF_8)) + ".AA";
  }
}
