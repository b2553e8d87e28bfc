package com.expensicat.keycloak;

import org.keycloak.Config;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventListenerProviderFactory;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;

/**
 * Hears of every admin event of the pack's realm, whichever listeners the realm has chosen. For
 * what admins do and Keycloak publishes no model event for.
 */
public abstract class PackAdminEventListenerFactory implements EventListenerProviderFactory {

  private PackSettings settings;

  /**
   * Called for each admin event of the pack's realm, in the transaction of what the admin does.
   *
   * @param session the session of the request
   * @param realm the pack's realm
   * @param event what the admin did there
   */
  protected abstract void onEvent(KeycloakSession session, RealmModel realm, AdminEvent event);

  @Override
  public final boolean isGlobal() {
    return true;
  }

  @Override
  public void init(Config.Scope config) {
    settings = PackSettings.fromConfig();
  }

  @Override
  public EventListenerProvider create(KeycloakSession session) {
    return new EventListenerProvider() {
      @Override
      public void onEvent(AdminEvent event, boolean includeRepresentation) {
        RealmModel realm = session.realms().getRealm(event.getRealmId());
        if (settings.isPackRealm(realm)) {
          PackAdminEventListenerFactory.this.onEvent(session, realm, event);
        }
      }

      @Override
      public void onEvent(Event event) {}

      @Override
      public void close() {}
    };
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {}

  @Override
  public void close() {}
}
