package com.expensicat.keycloak.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.DescribedPaths;
import jakarta.ws.rs.HttpMethod;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

  /** Of a method that any address takes, {@code HEAD}, nothing needs to be said. */
  @Test
  void eachAddressIsDescribedWithItsMethods() {
    Map<String, Set<String>> described = DescribedPaths.below(Addresses.ROOT + "/");

    assertThat(described.keySet())
        .containsAll(Addresses.METHODS.keySet())
        .contains(Addresses.CHECK, Addresses.REGISTER + "/{client_id}")
        .hasSize(Addresses.METHODS.size() + 2);
    described.remove(Addresses.CHECK);
    assertThat(described)
        .allSatisfy(
            (operation, methods) -> {
              Set<String> taken =
                  new TreeSet<>(Addresses.methods(Addresses.ROOT + "/" + operation));
              taken.remove(HttpMethod.HEAD);
              assertThat(methods).as(operation).isEqualTo(taken);
            });
  }
}
