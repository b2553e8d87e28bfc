package com.expensicat.keycloak.session.user;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kim@people.test",
        "Kim.O'Neil+tag@People.Test",
        "kim@xn--bcher-kva.example",
        "j\u00f8rn@people.test",
        "\u30a2\u30c0@people.test"
      })
  void anAddressThatIsKeptAsTheSameIsGood(String email) {
    assertThat(EmailAddress.isGood(email)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u212aim@people.test", // Kelvin sign
        "kim@\u212aeep.test",
        "\u0130da@people.test", // a capital I with a dot
        "J\u00d8RN@people.test", // letters beyond z that are made small
        "\uff2bim@people.test", // a fullwidth K
        "k\u200bim@people.test", // a space of no width
        "kim\u202e@people.test", // a turn of the direction
        "kim\u0085@people.test", // a control character beyond ASCII
        "kim@people\u00a0.test", // a space that does not break
        "kim\0@people.test",
        "kim@people.test\n",
        "kim",
        ""
      })
  void anAddressThatIsAnotherOneOnceItIsKeptIsNot(String email) {
    assertThat(EmailAddress.isGood(email)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "kim@people.test, kim@people.test, true",
    "Kim@People.TEST, kim@people.test, true",
    "\u212aim@people.test, kim@people.test, false",
    "k\u0131m@people.test, kim@people.test, false",
    "k\u0131m@people.test, KIM@people.test, false",
    "\uff4bim@people.test, kim@people.test, false",
    "j\u00f8rn@people.test, J\u00d8RN@people.test, false",
    "jo\u0308rn@people.test, j\u00f6rn@people.test, false",
    "stra\u00dfe@people.test, strasse@people.test, false",
    "kim@people.test, , false",
    ", kim@people.test, false",
    ", , false"
  })
  void twoAddressesAreTheSameLetterByLetter(String one, String other, boolean same) {
    assertThat(EmailAddress.isSame(one, other)).isEqualTo(same);
  }
}
