package com.expensicat.keycloak.scope;

import com.expensicat.keycloak.PackAdminEventListenerFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.ResourceType;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/**
 * Notes at once when an admin gives a client scope to one client or takes it ({@link
 * ScopeAssignments}).
 */
public class ScopeAssignmentListenerFactory extends PackAdminEventListenerFactory {

  private static final Pattern CLIENT = Pattern.compile("clients/([^/]+)/.*");

  @Override
  public String getId() {
    return "expensicat-scope-assignments";
  }

  @Override
  protected void onEvent(KeycloakSession session, RealmModel realm, AdminEvent event) {
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
