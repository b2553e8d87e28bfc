package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.grant.GrantedToken;
import com.expensicat.keycloak.grant.TokenTransaction;
import com.expensicat.keycloak.http.ClientRequest;
import com.expensicat.keycloak.http.Unavailable;
import com.expensicat.keycloak.session.SessionJwtProvider;
import com.expensicat.keycloak.session.verification.RefusalReason;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.Set;
import org.keycloak.OAuthErrorException;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.headers.SecurityHeadersProvider;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.endpoints.TokenRevocationEndpoint;
import org.keycloak.protocol.oidc.utils.AuthorizeClientUtil;
import org.keycloak.representations.RefreshToken;
import org.keycloak.services.CorsErrorResponseException;
import org.keycloak.services.clientpolicy.ClientPolicyException;
import org.keycloak.services.clientpolicy.context.TokenRevokeContext;
import org.keycloak.services.cors.Cors;

/** Keycloak's revocation endpoint (RFC 7009), which takes session JWTs as well. */
public class PackTokenRevocationEndpoint extends TokenRevocationEndpoint {

  private final ClientRequest request;
  private final EventBuilder event;

  PackTokenRevocationEndpoint(ClientRequest request, EventBuilder event) {
    super(request.session(), event);
    this.request = request;
    this.event = event;
  }

  @Override
  @POST
  @Produces(MediaType.APPLICATION_JSON)
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response revoke() {
    KeycloakSession session = request.session();
    Response response =
        new TokenTransaction(session)
            .run(own -> new PackLoginProtocolService(own).revocationEndpoint().answer());
    session.getProvider(SecurityHeadersProvider.class).options().allowEmptyContentType();
    return response;
  }

  private Response answer() {
    return new ClientAnswer(request, event)
        .of(
            () -> {
              request.requireRegisteredOrigin();
              request.requireWellFormed(Set.of());
              String token = request.parameters().getFirst(PARAM_TOKEN);
              if (token != null && sessions().concerns(token)) {
                return revokeSession(token);
              }
              Optional<GrantedToken> granted =
                  Optional.ofNullable(token)
                      .flatMap(it -> GrantedToken.read(request.session(), it));
              return granted.map(this::revokeGrant).orElseGet(super::revoke);
            });
  }

  /**
   * Ends the grant of a refresh token. Keycloak ends the client session, which may have other
   * grants, and lets a refresh at the same instant win (keycloak/keycloak#51312).
   */
  private Response revokeGrant(GrantedToken granted) {
    KeycloakSession session = request.session();
    event.event(EventType.REVOKE_GRANT);
    Cors cors = cors();
    ClientModel client = authenticate(cors);
    try {
      session.clientPolicy().triggerOnEvent(new TokenRevokeContext(client, request.parameters()));
    } catch (ClientPolicyException e) {
      event.detail(Details.REASON, e.getErrorDetail()).error(e.getError());
      throw new CorsErrorResponseException(
          cors, e.getError(), e.getErrorDetail(), e.getErrorStatus());
    }
    if (!granted.isOf(client)) {
      event.detail(Details.REASON, "Unmatching clients").error(Errors.INVALID_REQUEST);
      throw new CorsErrorResponseException(
          cors,
          OAuthErrorException.INVALID_REQUEST,
          "The token was issued to another client",
          Response.Status.BAD_REQUEST);
    }
    granted.end(session, client);
    RefreshToken token = granted.token();
    event
        .user(token.getSubject())
        .session(token.getSessionId())
        .detail(Details.REVOKED_CLIENT, client.getClientId())
        .detail(Details.REFRESH_TOKEN_ID, token.getId())
        .detail(Details.REFRESH_TOKEN_TYPE, token.getType())
        .success();
    return cors.add(Response.ok());
  }

  private static Cors cors() {
    return Cors.builder().auth().allowedMethods(HttpMethod.POST).auth();
  }

  private ClientModel authenticate(Cors cors) {
    KeycloakSession session = request.session();
    ClientModel client = AuthorizeClientUtil.authorizeClient(session, event, cors).getClient();
    event.client(client);
    cors.checkAllowedOrigins(session, client);
    return client;
  }

  private Response revokeSession(String token) {
    event.event(EventType.REVOKE_GRANT);
    Cors cors = cors();
    ClientModel client = authenticate(cors);
    Optional<RefusalReason> problem = sessions().revoke(token, client.getClientId(), event);
    if (problem.isEmpty()) {
      event.success();
    } else if (problem.get().isUndecided()) {
      throw Unavailable.exception(problem.get().code());
    } else if (problem.get() == RefusalReason.CLIENT_NOT_ALLOWED) {
      throw new CorsErrorResponseException(
          cors,
          OAuthErrorException.UNAUTHORIZED_CLIENT,
          "This client may not revoke session JWTs",
          Response.Status.BAD_REQUEST);
    }
    return cors.add(Response.ok());
  }

  private SessionJwtProvider sessions() {
    return request.session().getProvider(SessionJwtProvider.class);
  }
}
