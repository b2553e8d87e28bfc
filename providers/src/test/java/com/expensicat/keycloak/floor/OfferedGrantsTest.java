package com.expensicat.keycloak.floor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.keycloak.services.clientpolicy.ClientPolicyEvent;

class OfferedGrantsTest {

  @ParameterizedTest
  @EnumSource(
      names = {
        "RESOURCE_OWNER_PASSWORD_CREDENTIALS_REQUEST",
        "DEVICE_AUTHORIZATION_REQUEST",
        "DEVICE_TOKEN_REQUEST",
        "BACKCHANNEL_AUTHENTICATION_REQUEST",
        "BACKCHANNEL_TOKEN_REQUEST",
        "JWT_AUTHORIZATION_GRANT"
      })
  void aRequestOfAGrantThatIsNotOfferedIsNotAllowed(ClientPolicyEvent event) {
    assertThat(OfferedGrants.allow(event)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.MATCH_ANY,
      names = {"TOKEN_REQUEST", "TOKEN_REFRESH", "SERVICE_ACCOUNT_TOKEN_REQUEST", ".*EXCHANGE.*"})
  void aRequestOfAGrantThatIsOfferedIs(ClientPolicyEvent event) {
    assertThat(OfferedGrants.allow(event)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"PUSHED_AUTHORIZATION_REQUEST", "USERINFO_REQUEST", "REGISTER"})
  void soIsWhatIsOfNoGrant(ClientPolicyEvent event) {
    assertThat(OfferedGrants.allow(event)).isTrue();
  }
}
