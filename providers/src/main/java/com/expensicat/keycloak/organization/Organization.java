package com.expensicat.keycloak.organization;

/**
 * An organisation that a person may act for.
 *
 * @param id what tokens say ({@code org})
 * @param name what people read; the id where nobody has named it
 */
public record Organization(String id, String name) {

  /** The detail of an event that is its id. */
  public static final String EVENT_ID = "org";

  /** The detail of an event that is its name. */
  public static final String EVENT_NAME = "org_name";

  /** What stands for no organisation where one is to be named. */
  public static final Organization NONE = new Organization("", "");
}
