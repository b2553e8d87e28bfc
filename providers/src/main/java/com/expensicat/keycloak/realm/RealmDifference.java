package com.expensicat.keycloak.realm;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One place at which a realm is not what the export says.
 *
 * @param path a JSON pointer (RFC 6901) in which the members of a list are called by their names,
 *     {@code /clients/expensicat-api/enabled}
 * @param kind what kind of difference it is
 * @param expected what the export says; for the placeholder of a value what is to be in its place
 * @param actual what the realm has, or {@code null}
 */
public record RealmDifference(String path, Kind kind, JsonNode expected, JsonNode actual) {

  /** The kinds of difference. */
  public enum Kind {
    /** The realm has nothing there. */
    MISSING,
    /** The realm has something else there. */
    CHANGED
  }
}
