package com.expensicat.keycloak.floor;

import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.utils.RealmModelDelegate;

/** A realm as the authorization endpoint is to see it, which finds its client there. */
public final class LoopbackRealm extends RealmModelDelegate {

  private final KeycloakSession session;

  /**
   * @param session the session of the request
   * @param realm its realm
   */
  public LoopbackRealm(KeycloakSession session, RealmModel realm) {
    super(realm);
    this.session = session;
  }

  @Override
  public ClientModel getClientByClientId(String clientId) {
    ClientModel client = super.getClientByClientId(clientId);
    return client == null ? null : new LoopbackClient(session, client);
  }
}
