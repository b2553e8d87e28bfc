package com.expensicat.keycloak.scope;

/**
 * One thing in which a realm differs from the catalog.
 *
 * @param what what differs: a property of the client scope, the name of an attribute of it, or one
 *     of the constants here
 * @param found what the realm has, or {@code null} where it has nothing
 * @param wanted what it has once it is mended
 */
public record ScopeDifference(String what, String found, String wanted) {

  /** The client scope itself, which is missing. */
  public static final String SCOPE = "scope";

  static final String NAME = "name";
  static final String PROTOCOL = "protocol";
  static final String PARAMETERIZED = "parameterized";
  static final String DESCRIPTION = "description";

  /** The protocol mapper that names the API in {@code aud}. */
  static final String AUDIENCE_MAPPER = "audience mapper";

  /** Which of the realm's lists of client scopes for new clients the scope is in. */
  static final String OFFERED_AS = "offered as";

  /** Which clients have the scope, where others made it. */
  static final String GIVEN_TO = "given to";

  @Override
  public String toString() {
    if (GIVEN_TO.equals(what)) {
      return "was " + what + " " + found;
    }
    if (SCOPE.equals(what)) {
      return "was missing";
    }
    return found == null ? "had no " + what : "had the " + what + " '" + found + "'";
  }
}
