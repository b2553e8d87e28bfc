package com.expensicat.keycloak.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsParameterTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"userinfo\":{\"email\":null}}",
        "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"1\",\"2\"]}}}",
        "{\"id_token\":{\"acr\":null,\"sub\":{\"value\":\"x\"},\"age\":{\"value\":1}}}",
      })
  void whatOpenIdConnectDefinesIsReadable(String claims) {
    assertThat(ClaimsParameter.flaw(claims)).isEmpty();
    assertThat(ClaimsParameter.understood(claims)).isEqualTo(claims);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "notjson",
        "{",
        "null",
        "[]",
        "1",
        "\"x\"",
        "{\"id_token\":[]}",
        "{\"id_token\":{\"acr\":1}}",
        "{\"id_token\":{\"acr\":{\"value\":1}}}",
        "{\"id_token\":{\"acr\":{\"values\":[1]}}}",
        "{\"id_token\":{\"acr\":{\"values\":[null]}}}",
        "{\"id_token\":{\"x\":{\"essential\":\"perhaps\"}}}",
      })
  void anythingElseIsNot(String claims) {
    assertThat(ClaimsParameter.flaw(ClaimsParameter.understood(claims))).isPresent();
  }

  @Test
  void whatIsNestedDeepIsNot() {
    String deep = "{\"id_token\":{\"x\":{\"value\":" + "[".repeat(10_000);

    assertThat(ClaimsParameter.flaw(ClaimsParameter.understood(deep))).isPresent();
  }

  @Test
  void membersThatNobodyKnowsAreIgnoredAndTheOthersCount() {
    String claims =
        "{\"purpose\":1,\"id_token\":{\"acr\":{\"essential\":true,\"value\":\"2\",\"why\":[]}}}";

    assertThat(ClaimsParameter.understood(claims))
        .isEqualTo("{\"id_token\":{\"acr\":{\"essential\":true,\"value\":\"2\"}}}");
  }

  @Test
  void noneIsNoFlaw() {
    assertThat(ClaimsParameter.flaw(null)).isEmpty();
  }
}
