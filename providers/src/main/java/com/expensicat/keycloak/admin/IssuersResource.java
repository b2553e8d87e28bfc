package com.expensicat.keycloak.admin;

import com.expensicat.keycloak.session.SessionJwtProvider;
import com.expensicat.keycloak.session.issuer.IssuerStatus;
import com.expensicat.keycloak.session.issuer.KeyRenewal;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.stream.Stream;
import org.keycloak.events.admin.OperationType;
import org.keycloak.events.admin.ResourceType;
import org.keycloak.services.ErrorResponse;

/** {@code …/expensicat/issuers}: the issuers of session JWTs, and their keys on this node. */
public class IssuersResource {

  private final AdminRequest request;
  private final SessionJwtProvider sessions;

  IssuersResource(AdminRequest request) {
    this.request = request;
    this.sessions = request.session().getProvider(SessionJwtProvider.class);
  }

  /** The issuers, for admins who may view identity providers. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public List<IssuerStatus> list(
      @QueryParam("first") @DefaultValue("0") int first,
      @QueryParam("max") @DefaultValue(Page.DEFAULT_MAX) int max) {
    request.auth().realm().requireViewIdentityProviders();
    try (Stream<IssuerStatus> issuers = sessions.issuers()) {
      return new Page(first, max).of(issuers);
    }
  }

  /**
   * Fetches an issuer's keys anew, for admins who may manage identity providers. Keycloak's own
   * action of that name drops the keys first, and leaves none where they cannot be had; this one
   * answers 409 then, and the keys stay.
   */
  @POST
  @Path("{alias}/reload-keys")
  @Produces(MediaType.APPLICATION_JSON)
  public IssuerStatus reloadKeys(@PathParam("alias") String alias) {
    request.auth().realm().requireManageIdentityProviders();
    KeyRenewal renewal = sessions.renewKeys(alias);
    if (renewal instanceof KeyRenewal.NoIssuer) {
      throw new NotFoundException("The realm has no such issuer");
    }
    if (renewal instanceof KeyRenewal.Unavailable unavailable) {
      throw ErrorResponse.error(unavailable.problem(), Response.Status.CONFLICT);
    }
    request
        .event()
        .resource(ResourceType.IDENTITY_PROVIDER)
        .operation(OperationType.ACTION)
        .resourcePath("identity-provider", "instances", alias, "reload-keys")
        .success();
    return ((KeyRenewal.Renewed) renewal).issuer();
  }
}
