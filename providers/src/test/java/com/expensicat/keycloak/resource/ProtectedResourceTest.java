package com.expensicat.keycloak.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.Tables;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProtectedResourceTest {

  private static final String API = "https://api.expensicat.test/v1";

  /** Where one is named, and one alone. */
  static Stream<Arguments> named() {
    return Tables.rows("resources.csv")
        .filter(row -> ((String) row.get()[1]).matches("resource=[^&]+"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("named")
  void onlyTheApiIsTaken(String name, String change, String verdict) {
    String resource =
        change
            .replace("resource=", "")
            .replace("$api", API)
            .replace("$issuer", "https://login.expensicat.test/realms/expensicat");
    assertThat(ProtectedResource.isSame(API, resource)).isEqualTo(verdict.equals("taken"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.example.com, https://api.example.com/",
    "https://api.example.com/, https://api.example.com",
    "http://localhost:3000, http://localhost:3000/",
    "https://api.example.com/v1, https://api.example.com/v1"
  })
  void theTwoFormsOfAnEmptyPathAreOne(String address, String resource) {
    assertThat(ProtectedResource.isSame(address, resource)).isTrue();
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
    assertThat(ProtectedResource.isSame(address, resource)).isFalse();
  }
}
