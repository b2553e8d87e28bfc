package com.expensicat.keycloak.admin;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.services.resources.admin.fgap.AdminPermissionEvaluator;

/**
 * {@code /admin/realms/{realm}/expensicat} of a realm that the pack does not serve: what would be
 * if it did. All else of the pack is 404 there.
 */
public class OtherRealmResource {

  private final KeycloakSession session;
  private final RealmModel realm;
  private final AdminPermissionEvaluator auth;

  OtherRealmResource(KeycloakSession session, RealmModel realm, AdminPermissionEvaluator auth) {
    this.session = session;
    this.realm = realm;
    this.auth = auth;
  }

  /** Nothing: 404, where a method that is not there would be 405. */
  @GET
  public void overview() {
    throw new NotFoundException();
  }

  /** The clients that the rules would refuse something, or change. */
  @Path("clients")
  public ClientsResource clients() {
    return new ClientsResource(session, realm, auth);
  }
}
