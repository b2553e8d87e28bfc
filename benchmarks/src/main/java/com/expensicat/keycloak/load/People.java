package com.expensicat.keycloak.load;

/** Who uses the servers. */
final class People {

  static final int COUNT = 20;
  static final String PASSWORD = "load-password";

  private People() {}

  /** The name of a person, by their number from 0. */
  static String name(int person) {
    return "person-" + person;
  }

  static String email(int person) {
    return name(person) + "@load.test";
  }
}
