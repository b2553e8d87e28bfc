package com.expensicat.keycloak.examples.api;

/** What an endpoint does with the items of a kind. */
enum Operation {
  LIST,
  READ,
  ADD,
  SUM
}
