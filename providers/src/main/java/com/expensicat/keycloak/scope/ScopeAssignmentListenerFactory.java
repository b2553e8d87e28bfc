package com.expensicat.keycloak.scope;

import com.expensicat.keycloak.PackProviderFactory;
import com.expensicat.keycloak.PackSettings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventListenerProviderFactory;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.ResourceType;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/**
 * Notes at once when an admin gives a client scope to one client or takes it ({@link
 * ScopeAssignments}), whichever listeners the realm has chosen. Keycloak publishes no model event
 * for it.
 */
public class ScopeAssignmentListenerFactory
    implements EventListenerProviderFactory, PackProviderFactory<EventListenerProvider> {

  private static final Pattern CLIENT = Pattern.compile("clients/([^/]+)/.*");

  @Override
  public String getId() {
    return "expensicat-scope-assignments";
  }

  @Override
  public boolean isGlobal() {
    return true;
  }

  @Override
  public EventListenerProvider create(KeycloakSession session) {
    return new EventListenerProvider() {
      @Override
      public void onEvent(AdminEvent event, boolean includeRepresentation) {
        RealmModel realm = session.realms().getRealm(event.getRealmId());
        if (PackSettings.get().isPackRealm(realm)) {
          note(session, realm, event);
        }
      }

      @Override
      public void onEvent(Event event) {}

      @Override
      public void close() {}
    };
  }

  /** In the transaction of what the admin does. */
  static void note(KeycloakSession session, RealmModel realm, AdminEvent event) {
    if (event.getResourceType() != ResourceType.CLIENT_SCOPE_CLIENT_MAPPING) {
      return; // a change of the realm itself has no path
    }
    Matcher path = CLIENT.matcher(event.getResourcePath());
    if (path.matches()) {
      ClientModel client = realm.getClientById(path.group(1));
      if (client != null) {
        new ScopeAssignments(session).remember(client);
      }
    }
  }
}
