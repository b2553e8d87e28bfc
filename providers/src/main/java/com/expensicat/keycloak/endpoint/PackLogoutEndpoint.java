package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.floor.RedirectUris;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.protocol.oidc.endpoints.LogoutEndpoint;
import org.keycloak.representations.IDToken;
import org.keycloak.services.ErrorPage;
import org.keycloak.services.messages.Messages;

/**
 * Keycloak's sign-out (OpenID Connect RP-Initiated Logout 1.0), which sends nobody to an address
 * that is not registered letter by letter. Keycloak takes wildcards, and no policy is asked
 * (keycloak/keycloak#52578).
 */
public class PackLogoutEndpoint extends LogoutEndpoint {

  private final KeycloakSession session;
  private final EventBuilder event;

  PackLogoutEndpoint(KeycloakSession session, EventBuilder event) {
    super(session, new TokenManager(), event);
    this.session = session;
    this.event = event;
  }

  @Override
  public Response logout(
      String idTokenHint,
      String clientId,
      String postLogoutRedirectUri,
      String state,
      String uiLocales,
      String initiatingIdp) {
    Optional<ClientModel> client =
        postLogoutRedirectUri == null ? Optional.empty() : client(idTokenHint, clientId);
    if (client.isEmpty()) {
      return super.logout(
          idTokenHint, clientId, postLogoutRedirectUri, state, uiLocales, initiatingIdp);
    }
    Optional<String> registered =
        RedirectUris.matchAfterSignOut(session, client.get(), postLogoutRedirectUri);
    if (registered.isEmpty()) {
      event
          .event(EventType.LOGOUT)
          .client(client.get())
          .detail(Details.REDIRECT_URI, postLogoutRedirectUri)
          .error(Errors.INVALID_REDIRECT_URI);
      return ErrorPage.error(
          session, null, Response.Status.BAD_REQUEST, Messages.INVALID_REDIRECT_URI);
    }
    Response answer =
        super.logout(idTokenHint, clientId, registered.get(), state, uiLocales, initiatingIdp);
    return registered.get().equals(postLogoutRedirectUri)
        ? answer
        : atRequestedPort(answer, registered.get(), postLogoutRedirectUri);
  }

  /** Whom Keycloak takes for the client; without one it sends nobody anywhere. */
  private Optional<ClientModel> client(String idTokenHint, String clientId) {
    return Optional.ofNullable(clientId)
        .or(
            () ->
                Optional.ofNullable(session.tokens().decode(idTokenHint, IDToken.class))
                    .map(IDToken::getIssuedFor))
        .map(id -> session.getContext().getRealm().getClientByClientId(id));
  }

  /** Keycloak's check knows other ports for those loopback addresses only that have none. */
  private Response atRequestedPort(Response answer, String registered, String requested) {
    URI location = answer.getLocation();
    if (location != null && location.toString().startsWith(registered)) {
      return Response.fromResponse(answer)
          .location(URI.create(requested + location.toString().substring(registered.length())))
          .build();
    }
    session
        .getContext()
        .getAuthenticationSession()
        .setAuthNote(OIDCLoginProtocol.LOGOUT_REDIRECT_URI, requested);
    return answer;
  }
}
