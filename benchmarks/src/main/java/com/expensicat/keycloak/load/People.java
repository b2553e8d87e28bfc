package com.expensicat.keycloak.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.UUID;

/** Who uses the servers. */
final class People {

  static final int COUNT = 20;
  static final String PASSWORD = "load-password";

  private People() {}

  /** The name of a person, by their number from 0. */
  static String name(int person) {
    return "person-" + person;
  }

  /** The id of a person in a Keycloak. */
  static String id(int person) {
    return UUID.nameUUIDFromBytes(name(person).getBytes(UTF_8)).toString();
  }

  static String email(int person) {
    return name(person) + "@load.test";
  }
}
