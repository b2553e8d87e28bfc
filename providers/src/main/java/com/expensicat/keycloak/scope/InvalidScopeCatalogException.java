package com.expensicat.keycloak.scope;

/** A catalog file that is not one; its message names the file, the line and what is wrong. */
public class InvalidScopeCatalogException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InvalidScopeCatalogException(String file, int line, String reason) {
    super("Scope catalog " + file + ", line " + line + ": " + reason + ".");
  }

  InvalidScopeCatalogException(String file, Throwable cause) {
    super("Scope catalog " + file + " cannot be read: " + cause + ".", cause);
  }
}
