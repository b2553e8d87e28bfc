package com.expensicat.keycloak.grant;

/** A grant cannot be worked on now; the same request may succeed a little later. */
final class GrantUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  GrantUnavailableException(String message) {
    super(message);
  }
}
