package com.expensicat.keycloak.scope;

import com.expensicat.keycloak.PackSettings;
import org.keycloak.Config;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventListenerProviderFactory;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.ResourceType;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;

/**
 * Notes at once when an admin gives a client scope to one client or takes it ({@link
 * ScopeAssignments}). Keycloak publishes no model event for that, but every admin event reaches a
 * global listener, whichever listeners the realm has chosen.
 */
public class ScopeAssignmentListenerFactory implements EventListenerProviderFactory {

  private PackSettings settings;

  @Override
  public String getId() {
    return "expensicat-scope-assignments";
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
      if (event.getResourceType() != ResourceType.CLIENT_SCOPE_CLIENT_MAPPING) {
        return;
      }
      RealmModel realm = session.realms().getRealm(event.getRealmId());
      String[] path = event.getResourcePath().split("/", -1);
      if (!settings.isPackRealm(realm) || path.length < 2) {
        return;
      }
      ClientModel client = realm.getClientById(path[1]);
      if (client != null) {
        new ScopeAssignments(session).remember(client);
      }
    }

    @Override
    public void onEvent(Event event) {}

    @Override
    public void close() {}
  }
}
