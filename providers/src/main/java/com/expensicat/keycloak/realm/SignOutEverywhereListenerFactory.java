package com.expensicat.keycloak.realm;

import com.expensicat.keycloak.PackSettings;
import org.keycloak.Config;
import org.keycloak.common.util.Time;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventListenerProviderFactory;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.OperationType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;

/**
 * Makes an admin's sign-out of all sessions of the realm end applications' access as well, by the
 * realm's "not before". Keycloak ends the sessions of browsers and leaves offline tokens alive; for
 * the sign-out of one user it sets "not before" itself.
 */
public class SignOutEverywhereListenerFactory implements EventListenerProviderFactory {

  private static final String LOGOUT_ALL = "logout-all";

  private PackSettings settings;

  @Override
  public String getId() {
    return "expensicat-sign-out-everywhere";
  }

  @Override
  public boolean isGlobal() {
    return true;
  }

  @Override
  public void init(Config.Scope config) {
    settings = PackSettings.fromConfig();
  }

  @Override
  public EventListenerProvider create(KeycloakSession session) {
    return new Listener(session, settings);
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {}

  @Override
  public void close() {}

  private record Listener(KeycloakSession session, PackSettings settings)
      implements EventListenerProvider {

    @Override
    public void onEvent(AdminEvent event, boolean includeRepresentation) {
      if (event.getOperationType() == OperationType.ACTION
          && LOGOUT_ALL.equals(event.getResourcePath())) {
        RealmModel realm = session.realms().getRealm(event.getRealmId());
        if (settings.isPackRealm(realm)) {
          realm.setNotBefore(Math.toIntExact(Time.currentTimeSeconds()));
        }
      }
    }

    @Override
    public void onEvent(Event event) {}

    @Override
    public void close() {}
  }
}
