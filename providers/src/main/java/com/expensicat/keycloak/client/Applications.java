package com.expensicat.keycloak.client;

import org.keycloak.models.ClientModel;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;

/** The clients that are applications: they speak OpenID Connect, and are none of Keycloak's own. */
public final class Applications {

  private Applications() {}

  /** Whether {@code client} is one of them; Keycloak takes no protocol for OpenID Connect. */
  public static boolean contains(ClientModel client) {
    return !BuiltInClients.contains(client)
        && (client.getProtocol() == null
            || OIDCLoginProtocol.LOGIN_PROTOCOL.equals(client.getProtocol()));
  }
}
