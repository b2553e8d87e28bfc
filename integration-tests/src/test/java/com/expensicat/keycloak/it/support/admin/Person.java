package com.expensicat.keycloak.it.support.admin;

/** Somebody who signs in with a password. */
public record Person(String username, String password) {

  /** The person of the demo overlay. */
  public static final Person DEMO = new Person("demo", "demo");
}
