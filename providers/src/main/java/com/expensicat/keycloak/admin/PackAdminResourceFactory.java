package com.expensicat.keycloak.admin;

import com.expensicat.keycloak.PackBuild;
import com.expensicat.keycloak.PackSettings;
import java.util.Map;
import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.ServerInfoAwareProviderFactory;
import org.keycloak.services.resources.admin.ext.AdminRealmResourceProvider;
import org.keycloak.services.resources.admin.ext.AdminRealmResourceProviderFactory;

/**
 * Adds the pack to the admin REST of the realm that it serves; in other realms there is only the
 * report of what it would refuse.
 */
public class PackAdminResourceFactory
    implements AdminRealmResourceProviderFactory, ServerInfoAwareProviderFactory {

  private PackSettings settings;

  /** Also the part of the address after the realm. */
  @Override
  public String getId() {
    return "expensicat";
  }

  @Override
  public void init(Config.Scope config) {
    settings = PackSettings.fromConfig();
  }

  @Override
  public AdminRealmResourceProvider create(KeycloakSession session) {
    return new PackAdminResourceProvider(settings);
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {}

  @Override
  public void close() {}

  @Override
  public Map<String, String> getOperationalInfo() {
    return PackBuild.operationalInfo();
  }
}
