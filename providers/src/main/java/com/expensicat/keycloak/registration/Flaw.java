package com.expensicat.keycloak.registration;

import org.keycloak.services.clientregistration.ErrorCodes;

/**
 * Why metadata is refused (RFC 7591 3.2.2).
 *
 * @param field the metadata's field, by its name in RFC 7591
 * @param reason what is wrong with it, in the characters of RFC 6749 5.2
 */
record Flaw(String field, String reason) {

  static final String REDIRECT_URIS = "redirect_uris";

  /** The error code. */
  String error() {
    return REDIRECT_URIS.equals(field)
        ? ErrorCodes.INVALID_REDIRECT_URI
        : ErrorCodes.INVALID_CLIENT_METADATA;
  }

  /** Field and reason, for the developer. */
  String description() {
    return field + ": " + reason;
  }
}
