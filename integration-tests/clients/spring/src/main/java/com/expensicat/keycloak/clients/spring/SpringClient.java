package com.expensicat.keycloak.clients.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the application; {@code CLIENT_ID} and {@code ISSUER} say whose it is and of whom. */
@SpringBootApplication
public class SpringClient {

  /** Started by the JVM. */
  public static void main(String[] arguments) {
    SpringApplication.run(SpringClient.class, arguments);
  }
}
