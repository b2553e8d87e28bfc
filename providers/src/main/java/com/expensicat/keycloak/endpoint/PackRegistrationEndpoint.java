package com.expensicat.keycloak.endpoint;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.keycloak.models.KeycloakSession;
import org.keycloak.representations.oidc.OIDCClientRepresentation;
import org.keycloak.services.clientregistration.oidc.OIDCClientRegistrationProvider;
import org.keycloak.urls.UrlType;

/**
 * Keycloak's registration endpoint (RFC 7591, RFC 7592), which tells a client the pack's address
 * for its management.
 */
public class PackRegistrationEndpoint extends OIDCClientRegistrationProvider {

  PackRegistrationEndpoint(KeycloakSession session) {
    super(session);
  }

  @Override
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public Response createOIDC(OIDCClientRepresentation clientOIDC) {
    return atThePacksAddress(super.createOIDC(clientOIDC));
  }

  @Override
  @GET
  @Path("{clientId}")
  @Produces(MediaType.APPLICATION_JSON)
  public Response getOIDC(@PathParam("clientId") String clientId) {
    return atThePacksAddress(super.getOIDC(clientId));
  }

  @Override
  @PUT
  @Path("{clientId}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public Response updateOIDC(
      @PathParam("clientId") String clientId, OIDCClientRepresentation clientOIDC) {
    return atThePacksAddress(super.updateOIDC(clientId, clientOIDC));
  }

  private Response atThePacksAddress(Response response) {
    OIDCClientRepresentation client = (OIDCClientRepresentation) response.getEntity();
    String address =
        Addresses.of(
            session.getContext().getUri(UrlType.BACKEND).getBaseUri(),
            Addresses.REGISTER + "/" + client.getClientId());
    client.setRegistrationClientUri(address);
    if (response.getLocation() != null) {
      response.getHeaders().putSingle(HttpHeaders.LOCATION, address);
    }
    return response;
  }
}
