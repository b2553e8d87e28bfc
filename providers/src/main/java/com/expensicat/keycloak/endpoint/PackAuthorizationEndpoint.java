package com.expensicat.keycloak.endpoint;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.core.Response;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.endpoints.AuthorizationEndpoint;

/** Keycloak's authorization endpoint on the parameters of a {@link ParameterRequest}. */
public class PackAuthorizationEndpoint extends AuthorizationEndpoint {

  PackAuthorizationEndpoint(KeycloakSession session, EventBuilder event) {
    super(session, event);
  }

  /** Reads the query as a form is read, since Keycloak would read it past the request. */
  @Override
  @GET
  public Response buildGet() {
    return buildPost();
  }
}
