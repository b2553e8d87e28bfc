package com.expensicat.keycloak;

/** The {@code error_description} of an OAuth error. */
public final class ErrorDescription {

  private ErrorDescription() {}

  /** The text with a question mark for each character that RFC 6749 5.2 does not allow in it. */
  public static String printable(String text) {
    return text.replaceAll("[^\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]", "?");
  }
}
