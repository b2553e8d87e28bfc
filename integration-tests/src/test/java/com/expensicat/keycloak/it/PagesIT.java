package com.expensicat.keycloak.it;

import static com.expensicat.keycloak.it.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pages that people see, in a real browser. */
class PagesIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();

  @ParameterizedTest
  @EnumSource(Look.class)
  void thePagesOnTheWayToConsentAreAccessible(Look look) {
    try (Window window = Window.open(look)) {
      AuthorizationFlow flow = authorizeAt(Addresses.PACK).with("scope", "transactions:read");
      window.page().navigate(flow.request().toString());
      assertThat(window.accessibilityProblems()).isEmpty();
      assertThat(window.isTooWide()).isFalse();
      assertThat(window.complaints()).isEmpty();
      assertThat(window.hosts()).containsExactly(SERVER.baseUrl().replace("http://", ""));
    }
  }
}
