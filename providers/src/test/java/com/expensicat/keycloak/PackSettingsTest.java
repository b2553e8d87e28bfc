package com.expensicat.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the option for the API's address may say. */
class PackSettingsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://api.example.com",
        "https://api.example.com/",
        "https://api.example.com:8443/v1/mcp",
        "http://localhost:3000"
      })
  void anAbsoluteAddressIsKeptAsItIsWritten(String address) {
    assertThat(PackSettings.address(address)).hasValue(address);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " "})
  void nothingIsNoAddress(String nothing) {
    assertThat(PackSettings.address(nothing)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "api.example.com",
        "/v1",
        "//api.example.com/v1",
        "https://api.example.com/#part",
        "https://api.example.com/?a=b",
        "https://api.example.com/a b",
        "mailto:api@example.com"
      })
  void anythingElseIsRefusedByName(String wrong) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PackSettings.address(wrong))
        .withMessageContaining("api-address")
        .withMessageContaining(wrong);
  }
}
