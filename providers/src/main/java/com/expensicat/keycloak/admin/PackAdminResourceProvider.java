package com.expensicat.keycloak.admin;

import com.expensicat.keycloak.PackSettings;
import jakarta.ws.rs.core.HttpHeaders;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.services.resources.admin.AdminEventBuilder;
import org.keycloak.services.resources.admin.ext.AdminRealmResourceProvider;
import org.keycloak.services.resources.admin.fgap.AdminPermissionEvaluator;

/** Gives the pack's resource for the pack's realm, and for others what may be known before. */
final class PackAdminResourceProvider implements AdminRealmResourceProvider {

  @Override
  public Object getResource(
      KeycloakSession session,
      RealmModel realm,
      AdminPermissionEvaluator auth,
      AdminEventBuilder adminEvent) {
    session.getContext().getHttpResponse().setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    AdminRequest request = new AdminRequest(session, realm, auth, adminEvent);
    return PackSettings.get().isPackRealm(realm)
        ? new PackAdminResource(request)
        : new OtherRealmResource(request);
  }

  @Override
  public void close() {}
}
