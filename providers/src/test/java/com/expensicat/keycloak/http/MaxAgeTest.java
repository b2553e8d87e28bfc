package com.expensicat.keycloak.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaxAgeTest {

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "007", "10000", "2147483647"})
  void aNumberOfSecondsIsGood(String value) {
    assertThat(MaxAge.flaw(Integer.valueOf(MaxAge.readable(value)))).isEmpty();
    assertThat(Integer.parseInt(MaxAge.readable(value))).isEqualTo(Integer.parseInt(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "-1", "+1", " 1", "1.5", "1e3", "0x1", "2147483648", "\u0661", "1\n", ""})
  void allElseIsRefused(String value) {
    assertThat(MaxAge.flaw(Integer.valueOf(MaxAge.readable(value)))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE})
  void aNegativeNumberInARequestObjectIsRefused(int seconds) {
    assertThat(MaxAge.flaw(seconds)).isPresent();
    assertThat(MaxAge.flaw(null)).isEmpty();
  }
}
