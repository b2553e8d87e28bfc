package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.floor.LoopbackClient;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.utils.RealmModelDelegate;

/** A realm as the authorization endpoint is to see it, which finds its client there. */
final class LoopbackRealm extends RealmModelDelegate {

  private final KeycloakSession session;

  LoopbackRealm(KeycloakSession session, RealmModel realm) {
    super(realm);
    this.session = session;
  }

  @Override
  public ClientModel getClientByClientId(String clientId) {
    ClientModel client = super.getClientByClientId(clientId);
    return client == null ? null : new LoopbackClient(session, client);
  }
}
