package com.expensicat.keycloak.realm;

import com.expensicat.keycloak.PackAdminEventListenerFactory;
import org.keycloak.common.util.Time;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.OperationType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/**
 * Makes an admin's sign-out of all sessions of the realm end applications' access as well, by the
 * realm's "not before". Keycloak ends the sessions of browsers and leaves offline tokens alive; for
 * the sign-out of one user it sets "not before" itself.
 */
public class SignOutEverywhereListenerFactory extends PackAdminEventListenerFactory {

  private static final String LOGOUT_ALL = "logout-all";

  @Override
  public String getId() {
    return "expensicat-sign-out-everywhere";
  }

  @Override
  protected void onEvent(KeycloakSession session, RealmModel realm, AdminEvent event) {
    if (event.getOperationType() == OperationType.ACTION
        && LOGOUT_ALL.equals(event.getResourcePath())) {
      realm.setNotBefore(Math.toIntExact(Time.currentTimeSeconds()));
    }
  }
}
