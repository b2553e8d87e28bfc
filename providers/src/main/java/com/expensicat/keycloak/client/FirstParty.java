package com.expensicat.keycloak.client;

import java.util.Map;

/** The mark by which an admin says that an application is the house's own. */
public final class FirstParty {

  /** Client attribute; {@code true} marks the client. */
  public static final String ATTRIBUTE = "expensicat.first-party";

  private FirstParty() {}

  /** Whether the attributes of a client carry the mark. */
  public static boolean isMarked(Map<String, String> clientAttributes) {
    return Boolean.parseBoolean(clientAttributes.get(ATTRIBUTE));
  }
}
