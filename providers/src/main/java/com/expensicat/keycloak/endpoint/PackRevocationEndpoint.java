package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.session.RefusalReason;
import com.expensicat.keycloak.session.SessionJwtProvider;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.Set;
import org.keycloak.OAuthErrorException;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.headers.SecurityHeadersProvider;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.endpoints.TokenRevocationEndpoint;
import org.keycloak.protocol.oidc.utils.AuthorizeClientUtil;
import org.keycloak.services.CorsErrorResponseException;
import org.keycloak.services.cors.Cors;

/** Keycloak's revocation endpoint (RFC 7009), which takes session JWTs as well. */
public class PackRevocationEndpoint extends TokenRevocationEndpoint {

  private final ClientRequest request;
  private final EventBuilder event;

  PackRevocationEndpoint(ClientRequest request, EventBuilder event) {
    super(request.session(), event);
    this.request = request;
    this.event = event;
  }

  @Override
  @POST
  @Produces(MediaType.APPLICATION_JSON)
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response revoke() {
    return request.answer(
        event,
        () -> {
          request.requireRegisteredOrigin();
          request.requireWellFormed(Set.of());
          String token = request.parameters().getFirst(PARAM_TOKEN);
          return token != null && sessions().concerns(token)
              ? revokeSession(token)
              : super.revoke();
        });
  }

  private Response revokeSession(String token) {
    KeycloakSession session = request.session();
    event.event(EventType.REVOKE_GRANT);
    Cors cors = Cors.builder().auth().allowedMethods(HttpMethod.POST).auth();
    ClientModel client = AuthorizeClientUtil.authorizeClient(session, event, cors).getClient();
    event.client(client);
    cors.checkAllowedOrigins(session, client);
    Optional<RefusalReason> problem = sessions().revoke(token, client.getClientId(), event);
    if (problem.isEmpty()) {
      event.success();
    } else if (problem.get() == RefusalReason.CLIENT_NOT_ALLOWED) {
      throw new CorsErrorResponseException(
          cors,
          OAuthErrorException.UNAUTHORIZED_CLIENT,
          "This client may not revoke session JWTs",
          Response.Status.BAD_REQUEST);
    }
    session.getProvider(SecurityHeadersProvider.class).options().allowEmptyContentType();
    return cors.add(Response.ok());
  }

  private SessionJwtProvider sessions() {
    return request.session().getProvider(SessionJwtProvider.class);
  }
}
