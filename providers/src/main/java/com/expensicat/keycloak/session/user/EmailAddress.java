package com.expensicat.keycloak.session.user;

import java.util.stream.Collectors;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.services.validation.Validation;

/**
 * E-mail addresses as a session tells them. One is as good as another only letter by letter; the
 * case of the letters a to z makes no difference, as Keycloak keeps addresses in small letters.
 */
final class EmailAddress {

  private static final int LONGEST = 255;

  private EmailAddress() {}

  /**
   * Whether it is an address that Keycloak keeps as the same one. With Java's small letters a
   * Kelvin sign becomes a k, and so somebody else's address; and Keycloak takes characters that
   * nobody sees.
   */
  static boolean isGood(String email) {
    return email.length() <= LONGEST
        && Validation.isEmailValid(email)
        && email.codePoints().allMatch(EmailAddress::isSeen)
        && smallLetters(email).equals(KeycloakModelUtils.toLowerCaseSafe(email));
  }

  private static boolean isSeen(int character) {
    return !Character.isISOControl(character)
        && !Character.isSpaceChar(character)
        && Character.getType(character) != Character.FORMAT;
  }

  /** Whether both are the same address; null is none. */
  static boolean isSame(String one, String other) {
    return one != null && other != null && smallLetters(one).equals(smallLetters(other));
  }

  private static String smallLetters(String email) {
    return email
        .chars()
        .map(letter -> letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter)
        .mapToObj(letter -> String.valueOf((char) letter))
        .collect(Collectors.joining());
  }
}
