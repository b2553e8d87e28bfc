package com.expensicat.keycloak.registration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which hosts are of the internet; addresses stand for names, so that nothing is looked up. */
class PublicHostTest {

  @ParameterizedTest
  @ValueSource(strings = {"93.184.215.14", "172.32.0.1", "100.128.0.1", "[2606:2800:21f::1]"})
  void anAddressOfTheInternetIsPublic(String host) {
    assertThat(PublicHost.isPublic(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0.0.0.0",
        "0.1.2.3",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "localhost",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[fe80::1]",
        "[fd12:3456::1]",
        "[ff02::1]",
        "nobody.invalid"
      })
  void anyOtherIsNot(String host) {
    assertThat(PublicHost.isPublic(host)).isFalse();
  }
}
