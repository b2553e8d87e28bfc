package com.expensicat.keycloak.realm;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.SignOuts;
import com.expensicat.keycloak.consent.ConsentActionFactory;
import com.expensicat.keycloak.consent.DeclinedScopes;
import com.expensicat.keycloak.scope.ScopeAssignments;
import com.expensicat.keycloak.scope.ScopeReconciler;
import com.expensicat.keycloak.session.RememberedIssuer;
import java.util.stream.Stream;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.provider.Provider;

/** Brings the pack's realm, or one client of it, to what the pack promises. */
public final class RealmKeeper implements Provider {

  private final KeycloakSession session;
  private final PackSettings settings;

  RealmKeeper(KeycloakSession session, PackSettings settings) {
    this.session = session;
    this.settings = settings;
  }

  /** Mends scope catalog, user profile and every client of {@code realm}, if it is the pack's. */
  public void keep(RealmModel realm) {
    if (settings.isPackRealm(realm)) {
      try (Stream<ClientModel> clients = realm.getClientsStream()) {
        clients.forEach(ClientBaseline::apply);
      }
      new ScopeReconciler(session, realm, settings.audience()).reconcile();
      SignOuts.declare(session);
      RememberedIssuer.declare(session);
      DeclinedScopes.declare(session);
      ConsentActionFactory.register(realm);
    }
  }

  /** Mends one client that was saved, if its realm is the pack's. */
  void keep(ClientModel client) {
    if (settings.isPackRealm(client.getRealm())) {
      ClientBaseline.apply(client);
      new ScopeAssignments(session).remember(client);
    }
  }

  @Override
  public void close() {}
}
