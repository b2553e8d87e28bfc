package com.expensicat.keycloak.floor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourcesTest {

  @ParameterizedTest
  @CsvSource({
    "https://api.example.com, https://api.example.com/",
    "https://api.example.com/, https://api.example.com",
    "http://localhost:3000, http://localhost:3000/",
    "https://api.example.com/v1, https://api.example.com/v1"
  })
  void theTwoFormsOfAnEmptyPathAreOne(String address, String resource) {
    assertThat(Resources.isSame(address, resource)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.example.com, https://api.example.com//",
    "https://api.example.com, https://api.example.com/?",
    "https://api.example.com, https://api.example.com/#",
    "https://api.example.com, https://api.example.com/v1",
    "https://api.example.com/v1, https://api.example.com/v1/",
    "https://api.example.com, https://API.example.com/",
    "https://api.example.com, https://api.example.com.evil.example/",
    "https://api.example.com, https:///"
  })
  void allElseIsAnotherAddress(String address, String resource) {
    assertThat(Resources.isSame(address, resource)).isFalse();
  }
}
