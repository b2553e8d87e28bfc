package com.expensicat.keycloak.access;

import com.expensicat.keycloak.PackProviderFactory;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventListenerProviderFactory;
import org.keycloak.models.KeycloakSession;

/**
 * Tells people by mail which applications got access to their account, or lost it. A realm has this
 * among its event listeners, or sends no such mail.
 */
public class AccessMailListenerFactory
    implements EventListenerProviderFactory, PackProviderFactory<EventListenerProvider> {

  @Override
  public String getId() {
    return "expensicat-email";
  }

  @Override
  public EventListenerProvider create(KeycloakSession session) {
    return new AccessMailListener(session);
  }
}
