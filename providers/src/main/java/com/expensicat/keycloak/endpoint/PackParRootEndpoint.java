package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.http.ClientRequest;
import jakarta.ws.rs.Path;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.KeycloakSession;

/** Where Keycloak's own address of pushed authorization requests continues, {@code …/ext/par}. */
public class PackParRootEndpoint {

  private final KeycloakSession session;
  private final EventBuilder event;

  PackParRootEndpoint(KeycloakSession session, EventBuilder event) {
    this.session = session;
    this.event = event;
  }

  /** The endpoint of RFC 9126. */
  @Path("/request")
  public PackParEndpoint request() {
    return new PackParEndpoint(ClientRequest.of(session), event);
  }
}
