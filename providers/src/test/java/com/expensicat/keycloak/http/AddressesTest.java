package com.expensicat.keycloak.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {

  @ParameterizedTest
  @CsvSource({
    "https://id.example/, https://id.example/api/auth/oauth2/token",
    "https://id.example/auth/, https://id.example/auth/api/auth/oauth2/token"
  })
  void anAddressIsBelowTheBaseOfTheServer(URI base, String address) {
    assertThat(Addresses.of(base, Addresses.TOKEN)).isEqualTo(address);
  }

  @ParameterizedTest
  @CsvSource({
    "/api/auth/oauth2, true",
    "/api/auth/oauth2/token, true",
    "/api/auth/oauth2x, false",
    "/realms/expensicat, false"
  })
  void onlyPathsBelowTheRootAreThePacks(String path, boolean contained) {
    assertThat(Addresses.contains(path)).isEqualTo(contained);
  }

  @Test
  void eachAddressKnowsItsMethods() {
    assertThat(Addresses.methods("/api/auth/oauth2/token")).containsExactly("POST");
    assertThat(Addresses.methods("/api/auth/oauth2/authorize"))
        .containsExactlyInAnyOrder("GET", "HEAD", "POST");
    assertThat(Addresses.methods("/api/auth/oauth2/register/abc"))
        .containsExactlyInAnyOrder("GET", "HEAD", "PUT", "DELETE");
    assertThat(Addresses.methods("/api/auth/oauth2/nothing")).isEmpty();
  }
}
