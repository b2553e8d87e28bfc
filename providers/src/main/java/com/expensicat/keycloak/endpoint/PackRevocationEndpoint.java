package com.expensicat.keycloak.endpoint;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Set;
import org.keycloak.events.EventBuilder;
import org.keycloak.protocol.oidc.endpoints.TokenRevocationEndpoint;

/** Keycloak's revocation endpoint (RFC 7009). */
public class PackRevocationEndpoint extends TokenRevocationEndpoint {

  private final ClientRequest request;

  PackRevocationEndpoint(ClientRequest request, EventBuilder event) {
    super(request.session(), event);
    this.request = request;
  }

  @Override
  @POST
  @Produces(MediaType.APPLICATION_JSON)
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response revoke() {
    return request.answer(
        () -> {
          request.requireRegisteredOrigin();
          request.requireWellFormed(Set.of());
          return super.revoke();
        });
  }
}
