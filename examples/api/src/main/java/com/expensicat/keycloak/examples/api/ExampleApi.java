package com.expensicat.keycloak.examples.api;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the API. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ExampleApi {

  /** Started by the JVM. */
  public static void main(String[] arguments) {
    SpringApplication.run(ExampleApi.class, arguments);
  }
}
