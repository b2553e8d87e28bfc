package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.floor.LoopbackClient;
import com.expensicat.keycloak.floor.PushedParameters;
import com.expensicat.keycloak.http.ClientRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Set;
import org.keycloak.OAuth2Constants;
import org.keycloak.events.Details;
import org.keycloak.events.EventBuilder;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.par.endpoints.ParEndpoint;

/** Keycloak's endpoint for pushed authorization requests (RFC 9126). */
public class PackParEndpoint extends ParEndpoint {

  private final ClientRequest request;

  PackParEndpoint(ClientRequest request, EventBuilder event) {
    super(request.session(), event);
    this.request = request;
  }

  @Override
  @Path("/")
  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Produces(MediaType.APPLICATION_JSON)
  public Response request() {
    return new ClientAnswer(request, event)
        .of(
            () -> {
              request.requireRegisteredOrigin();
              request.requireWellFormed(Set.of(OAuth2Constants.RESOURCE));
              request.requireUsableProof();
              return super.request();
            });
  }

  /**
   * Binds the request to its client (RFC 9126 2.2), which need not name itself in the form where it
   * authenticates by a header or an assertion, and takes out what is not to be kept. Keycloak keeps
   * what was sent. Events name the redirect URI, also where it is refused.
   */
  @Override
  protected void authorizeClient() {
    super.authorizeClient();
    client = new LoopbackClient(session, client);
    event.detail(
        Details.REDIRECT_URI, request.parameters().getFirst(OIDCLoginProtocol.REDIRECT_URI_PARAM));
    request.parameters().putSingle(OAuth2Constants.CLIENT_ID, client.getClientId());
    PushedParameters.retain(request.parameters(), PackSettings.get().requestParameters());
  }
}
