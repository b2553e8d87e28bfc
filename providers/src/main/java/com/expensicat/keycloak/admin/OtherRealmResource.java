package com.expensicat.keycloak.admin;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;

/**
 * {@code /admin/realms/{realm}/expensicat} of a realm that the pack does not serve: what would be
 * if it did. All else of the pack is 404 there.
 */
public class OtherRealmResource {

  private final AdminRequest request;

  OtherRealmResource(AdminRequest request) {
    this.request = request;
  }

  /** Nothing: 404, where a method that is not there would be 405. */
  @GET
  public void overview() {
    throw new NotFoundException();
  }

  /** The clients that the rules would refuse something, or change. */
  @Path("clients")
  public ClientsResource clients() {
    return new ClientsResource(request);
  }
}
