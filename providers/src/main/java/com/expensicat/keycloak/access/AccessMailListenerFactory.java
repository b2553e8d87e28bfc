package com.expensicat.keycloak.access;

import org.keycloak.Config;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventListenerProviderFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;

/**
 * Tells people by mail which applications got access to their account, or lost it. A realm has this
 * among its event listeners, or sends no such mail.
 */
public class AccessMailListenerFactory implements EventListenerProviderFactory {

  @Override
  public String getId() {
    return "expensicat-email";
  }

  @Override
  public EventListenerProvider create(KeycloakSession session) {
    return new AccessMailListener(session);
  }

  @Override
  public void init(Config.Scope config) {}

  @Override
  public void postInit(KeycloakSessionFactory factory) {}

  @Override
  public void close() {}
}
