package com.expensicat.keycloak.it.cluster;

import java.util.Locale;

/** What was measured while a fault lasted, a line each. */
final class Figures {

  private Figures() {}

  static void print(String fault, String format, Object... values) {
    System.out.println(fault + ": " + String.format(Locale.ROOT, format, values));
  }
}
