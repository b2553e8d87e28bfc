package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.http.CacheHeader;
import com.expensicat.keycloak.http.ClientRequest;
import com.expensicat.keycloak.http.OAuthErrors;
import com.expensicat.keycloak.http.UncachedResponse;
import com.expensicat.keycloak.scope.RefusedScopes;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.function.Supplier;
import org.keycloak.OAuth2Constants;
import org.keycloak.OAuthErrorException;
import org.keycloak.common.VerificationException;
import org.keycloak.events.Details;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCAdvancedConfigWrapper;
import org.keycloak.representations.idm.OAuth2ErrorRepresentation;
import org.keycloak.services.util.DPoPUtil;

/**
 * The answers to a {@link ClientRequest} (RFC 6749 5.1, 5.2). Keycloak says {@code
 * unauthorized_client} or {@code invalid_request} where client authentication failed, and repeats
 * in descriptions what was sent, whatever its characters.
 */
final class ClientAnswer {

  private final ClientRequest request;
  private final KeycloakSession session;
  private final EventBuilder event;

  /**
   * @param event the event of the request
   */
  ClientAnswer(ClientRequest request, EventBuilder event) {
    this.request = request;
    this.session = request.session();
    this.event = event;
  }

  /**
   * Runs an endpoint and gives its answers the form of RFC 6749 5.1 and 5.2: never cached, errors
   * with a body, and {@code invalid_client}, alone with status 401, where no client has been
   * authenticated.
   */
  Response of(Supplier<Response> endpoint) {
    Response response;
    try {
      response = endpoint.get();
    } catch (WebApplicationException e) {
      response = e.getResponse();
      if (response.getStatus() == Response.Status.FORBIDDEN.getStatusCode()
          && !response.hasEntity()) {
        response =
            OAuthErrors.answer(
                    Response.Status.FORBIDDEN,
                    OAuthErrorException.INVALID_REQUEST,
                    "The origin is not registered for this client")
                .build();
      } else if (session.getContext().getClient() == null && isAuthenticationFailure(response)) {
        response = invalidClient(response);
      } else if (response.getEntity() instanceof OAuth2ErrorRepresentation error
          && OAuthErrorException.UNAUTHORIZED_CLIENT.equals(error.getError())) {
        response = Response.fromResponse(response).status(Response.Status.BAD_REQUEST).build();
      } else {
        response = sayingThatTheProofIsBad(response);
      }
    }
    if (response.getEntity() instanceof OAuth2ErrorRepresentation error) {
      nameWrongScopes(error);
      if (error.getErrorDescription() != null) {
        error.setErrorDescription(OAuthErrors.printable(error.getErrorDescription()));
      }
    }
    return CacheHeader.set(response, "no-store")
        .header(UncachedResponse.PRAGMA, null)
        .header(UncachedResponse.PRAGMA, "no-cache")
        .build();
  }

  /** Names the scopes that are wrong, where Keycloak repeats all that were asked for. */
  private void nameWrongScopes(OAuth2ErrorRepresentation error) {
    ClientModel client = session.getContext().getClient();
    if (OAuthErrorException.INVALID_SCOPE.equals(error.getError()) && client != null) {
      RefusedScopes.flaw(session, client, request.parameters().getFirst(OAuth2Constants.SCOPE))
          .ifPresent(error::setErrorDescription);
    }
  }

  private static boolean isAuthenticationFailure(Response response) {
    if (response.getStatus() == Response.Status.UNAUTHORIZED.getStatusCode()) {
      return true;
    }
    return response.getEntity() instanceof OAuth2ErrorRepresentation error
        && OAuthErrorException.INVALID_CLIENT.equals(error.getError());
  }

  private Response invalidClient(Response stock) {
    String description =
        stock.getEntity() instanceof OAuth2ErrorRepresentation error
            ? error.getErrorDescription()
            : "Client authentication failed";
    Response.ResponseBuilder response =
        OAuthErrors.answer(
            Response.Status.UNAUTHORIZED, OAuthErrorException.INVALID_CLIENT, description);
    if (request.headers().getHeaderString(HttpHeaders.AUTHORIZATION) != null) {
      response.header(
          HttpHeaders.WWW_AUTHENTICATE,
          "Basic realm=\"" + session.getContext().getRealm().getName() + "\"");
    }
    return response.build();
  }

  /**
   * The error of RFC 9449 5. Keycloak says {@code invalid_request} of a bad proof, {@code
   * invalid_grant} where a client policy misses one when a code is redeemed, and repeats what the
   * proof says in whatever characters.
   */
  private Response sayingThatTheProofIsBad(Response stock) {
    if (!(stock.getEntity() instanceof OAuth2ErrorRepresentation error)
        || !(isProofMissedByAPolicy()
            || (OAuthErrorException.INVALID_REQUEST.equals(error.getError()) && isProofBad()))) {
      return stock;
    }
    return Response.fromResponse(stock)
        .entity(
            new OAuth2ErrorRepresentation(
                OAuthErrorException.INVALID_DPOP_PROOF, error.getErrorDescription()))
        .build();
  }

  private boolean isProofMissedByAPolicy() {
    Map<String, String> details = event.getEvent().getDetails();
    return details != null
        && OAuthErrorException.INVALID_DPOP_PROOF.equals(details.get(Details.CLIENT_POLICY_ERROR));
  }

  /**
   * Whether it is the proof for which Keycloak refused the request of a client: found by looking at
   * the proof once more, since the refusal does not tell.
   */
  private boolean isProofBad() {
    ClientModel client = session.getContext().getClient();
    if (client == null
        || session.getAttribute(DPoPUtil.DPOP_SESSION_ATTRIBUTE) != null
        || (request.proof() == null && !needsProof(client))) {
      return false;
    }
    try {
      new DPoPUtil.Validator(session)
          .request(session.getContext().getHttpRequest())
          .uriInfo(session.getContext().getUri())
          .validate();
      return false;
    } catch (VerificationException e) {
      return true;
    }
  }

  /** The client's setting is about its token requests. */
  private boolean needsProof(ClientModel client) {
    return request.parameters().containsKey(OAuth2Constants.GRANT_TYPE)
        && OIDCAdvancedConfigWrapper.fromClientModel(client).isUseDPoP();
  }
}
