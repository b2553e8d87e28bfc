package com.expensicat.keycloak.floor;

import com.expensicat.keycloak.InformingProviderFactory;
import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.ReplacingProviderFactory;
import java.util.List;
import org.jboss.logging.Logger;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.services.clientpolicy.ClientPolicyManager;
import org.keycloak.services.clientpolicy.ClientPolicyManagerFactory;

/**
 * Puts the {@link FloorPolicyManager} under Keycloak's client policies. By its {@link #order()} it
 * is the one manager that Keycloak asks, and the stock manager does its work behind it.
 */
public class FloorPolicyManagerFactory
    implements ClientPolicyManagerFactory,
        InformingProviderFactory<ClientPolicyManager>,
        ReplacingProviderFactory<ClientPolicyManager> {

  private static final Logger logger = Logger.getLogger(FloorPolicyManagerFactory.class);

  @Override
  public String getId() {
    return PackSettings.FLOOR;
  }

  @Override
  public ClientPolicyManager create(KeycloakSession session) {
    return new FloorPolicyManager(
        session, session.getProvider(ClientPolicyManager.class, "default"));
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {
    RequestLog.withoutTraces();
    if (PackSettings.get().floorRealms().isEmpty()) {
      logger.warn(
          "The floor is switched off by a server option: codes without PKCE S256, inexact redirect"
              + " URIs and grants that are not offered are left to the realms' policies and"
              + " clients.");
    }
  }

  @Override
  public List<ProviderConfigProperty> getConfigMetadata() {
    return PackSettings.floorOptions();
  }
}
