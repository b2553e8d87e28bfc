package com.expensicat.keycloak.client;

import org.keycloak.models.ClientModel;
import org.keycloak.models.Constants;

/** The clients that Keycloak makes in every realm for its own consoles and management. */
public final class BuiltInClients {

  private BuiltInClients() {}

  /** Whether {@code client} is one of them. */
  public static boolean contains(ClientModel client) {
    return Constants.defaultClients.contains(client.getClientId());
  }
}
