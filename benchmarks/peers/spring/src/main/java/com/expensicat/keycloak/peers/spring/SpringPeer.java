package com.expensicat.keycloak.peers.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the server; {@code peer.*} says who uses it. */
@SpringBootApplication
public class SpringPeer {

  /** Started by the JVM. */
  public static void main(String[] arguments) {
    SpringApplication.run(SpringPeer.class, arguments);
  }
}
