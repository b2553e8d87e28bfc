package com.expensicat.keycloak.admin;

import com.expensicat.keycloak.InformingProviderFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.resources.admin.ext.AdminRealmResourceProvider;
import org.keycloak.services.resources.admin.ext.AdminRealmResourceProviderFactory;

/**
 * Adds the pack to the admin REST of the realm that it serves; in other realms there is only the
 * report of what it would refuse.
 */
public class PackAdminResourceProviderFactory
    implements AdminRealmResourceProviderFactory,
        InformingProviderFactory<AdminRealmResourceProvider> {

  /** Also the part of the address after the realm. */
  @Override
  public String getId() {
    return "expensicat";
  }

  @Override
  public AdminRealmResourceProvider create(KeycloakSession session) {
    return new PackAdminResourceProvider();
  }
}
