package com.expensicat.keycloak.floor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectUrisTest {

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:9876/callback, http://127.0.0.1/callback",
    "http://127.0.0.1/callback, http://127.0.0.1/callback",
    "http://[::1]:9876/callback?x=1, http://[::1]/callback?x=1",
    "http://localhost:1, http://localhost",
    "http://localhost:9876?x=1, http://localhost?x=1"
  })
  void aLoopbackUriLosesItsPortAndNothingElse(String registered, String freed) {
    assertThat(RedirectUris.withoutLoopbackPort(registered)).isEqualTo(freed);
  }

  @ParameterizedTest
  @CsvSource({
    "https://127.0.0.1:9876/callback",
    "http://127.0.0.1.example:9876/callback",
    "http://127.0.0.1:9876@example.com/callback",
    "http://localhost.example:9876/callback",
    "http://localhost:9876@example.com/",
    "http://localhost:123456/",
    "http://127.0.0.2:9876/callback",
    "https://app.example:8443/callback",
    "com.example.app:/callback"
  })
  void whatOnlyLooksLikeLoopbackStaysAsItIs(String registered) {
    assertThat(RedirectUris.withoutLoopbackPort(registered)).isEqualTo(registered);
  }
}
