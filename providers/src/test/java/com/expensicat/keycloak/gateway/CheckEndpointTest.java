package com.expensicat.keycloak.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckEndpointTest {

  @ParameterizedTest
  @CsvSource({
    "cats-and-company, cats-and-company",
    "'a b', 'a b'",
    "50% off, 50%25 off",
    "Zoë, Zo%C3%AB",
    "'a\nb', a%0Ab",
    "'', ''"
  })
  void aTextInAHeaderIsAsciiAndCanBeReadBack(String text, String header) {
    assertThat(CheckEndpoint.ascii(text)).isEqualTo(header);
  }
}
