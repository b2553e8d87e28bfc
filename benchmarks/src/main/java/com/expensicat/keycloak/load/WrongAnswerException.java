package com.expensicat.keycloak.load;

/** An answer that a unit of work is not for, with which a run is no result. */
final class WrongAnswerException extends Exception {

  private static final long serialVersionUID = 1L;
  private static final int LONGEST_TEXT = 600;

  WrongAnswerException(String reason, Answer answer) {
    super(reason + ": " + shortened(answer.head() + "\n" + answer.body()));
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
  }
}
