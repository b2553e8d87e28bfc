package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.ErrorDescription;
import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.RefusedScopes;
import com.expensicat.keycloak.token.ProofKey;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.keycloak.OAuth2Constants;
import org.keycloak.OAuthErrorException;
import org.keycloak.common.VerificationException;
import org.keycloak.events.Details;
import org.keycloak.events.EventBuilder;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCAdvancedConfigWrapper;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.endpoints.TokenIntrospectionEndpoint;
import org.keycloak.representations.idm.OAuth2ErrorRepresentation;
import org.keycloak.services.ErrorResponseException;
import org.keycloak.services.cors.Cors;
import org.keycloak.services.util.DPoPUtil;

/**
 * A request that a client sends to one of the {@code POST} endpoints itself: what all of them ask
 * of its parameters, and the form of the answers (RFC 6749 3.2, 5.2).
 *
 * <p>Keycloak reads {@code client_id} and {@code client_secret} of the body over those of the
 * header without a word, ignores the query, looks for repeated parameters only after the client has
 * authenticated, and says {@code unauthorized_client} or {@code invalid_request} where client
 * authentication failed.
 */
final class ClientRequest {

  /** Parameters that belong in the body and nowhere else (RFC 6749 2.3.1, 3.2, RFC 6750 2.3). */
  private static final Set<String> BODY_ONLY =
      Set.of(
          OAuth2Constants.GRANT_TYPE,
          OAuth2Constants.CODE,
          OAuth2Constants.CODE_VERIFIER,
          OAuth2Constants.REDIRECT_URI,
          OAuth2Constants.REFRESH_TOKEN,
          OAuth2Constants.ACCESS_TOKEN,
          OAuth2Constants.SCOPE,
          OAuth2Constants.STATE,
          OAuth2Constants.RESPONSE_TYPE,
          OIDCLoginProtocol.CODE_CHALLENGE_PARAM,
          OIDCLoginProtocol.CODE_CHALLENGE_METHOD_PARAM,
          OIDCLoginProtocol.REQUEST_PARAM,
          OIDCLoginProtocol.REQUEST_URI_PARAM,
          OAuth2Constants.CLIENT_ID,
          OAuth2Constants.CLIENT_SECRET,
          OAuth2Constants.CLIENT_ASSERTION,
          OAuth2Constants.CLIENT_ASSERTION_TYPE,
          OAuth2Constants.SUBJECT_TOKEN,
          OAuth2Constants.SUBJECT_TOKEN_TYPE,
          OAuth2Constants.ACTOR_TOKEN,
          OAuth2Constants.ACTOR_TOKEN_TYPE,
          OAuth2Constants.REQUESTED_TOKEN_TYPE,
          OAuth2Constants.AUDIENCE,
          OAuth2Constants.RESOURCE,
          OAuth2Constants.ASSERTION,
          OAuth2Constants.USERNAME,
          OAuth2Constants.PASSWORD,
          TokenIntrospectionEndpoint.PARAM_TOKEN,
          TokenIntrospectionEndpoint.PARAM_TOKEN_TYPE_HINT);

  private final KeycloakSession session;

  private ClientRequest(KeycloakSession session) {
    this.session = session;
  }

  /** The session's request; from here on its form has no parameters without a value. */
  static ClientRequest of(KeycloakSession session) {
    HttpRequest request = session.getContext().getHttpRequest();
    if (!(request instanceof ParameterRequest)) {
      session.getContext().setHttpRequest(ParameterRequest.ofForm(request));
    }
    return new ClientRequest(session);
  }

  KeycloakSession session() {
    return session;
  }

  /** The parameters of the body, and of the body alone. */
  MultivaluedMap<String, String> parameters() {
    return session.getContext().getHttpRequest().getDecodedFormParameters();
  }

  /**
   * Refuses a body that is no form, parameters in the query, repeated ones, an {@code
   * Authorization} header that cannot be decoded or names another client than the body, and an
   * assertion beside a secret (RFC 6749 2.3: one method of authentication in a request), of which
   * Keycloak looks at one and forgets the other.
   *
   * @param repeatable parameters that may be sent more than once
   */
  void requireWellFormed(Set<String> repeatable) {
    requireForm();
    if (session.getContext().getUri().getQueryParameters().keySet().stream()
        .anyMatch(BODY_ONLY::contains)) {
      throw refusal(
          OAuthErrorException.INVALID_REQUEST, "Parameters must not be sent in the query");
    }
    if (parameters().entrySet().stream()
        .anyMatch(
            parameter ->
                parameter.getValue().size() > 1 && !repeatable.contains(parameter.getKey()))) {
      throw refusal(OAuthErrorException.INVALID_REQUEST, "A parameter is repeated");
    }
    Optional<BasicCredentials> basic = readableCredentials();
    if (parameters().containsKey(OAuth2Constants.CLIENT_ASSERTION)
        && (basic.isPresent() || parameters().containsKey(OAuth2Constants.CLIENT_SECRET))) {
      throw refusal(
          OAuthErrorException.INVALID_REQUEST, "The client authenticates in more than one way");
    }
    if (basic.isPresent()
        && (differs(OAuth2Constants.CLIENT_ID, basic.get().clientId())
            || differs(OAuth2Constants.CLIENT_SECRET, basic.get().secret()))) {
      throw refusal(
          OAuthErrorException.INVALID_REQUEST,
          "Authorization header and body name different clients");
    }
  }

  /** Refuses a {@code resource} that is not the API (RFC 8707 2.2). */
  void requireTheApiAsResource() {
    PackSettings.get()
        .flawOfResources(
            session.getContext().getRealm(),
            parameters().getOrDefault(OAuth2Constants.RESOURCE, List.of()))
        .ifPresent(
            flaw -> {
              throw refusal(OAuthErrorException.INVALID_TARGET, flaw);
            });
  }

  /** Keycloak reads nothing of another body, and says that the client is not there. */
  private void requireForm() {
    MediaType type = headers().getMediaType();
    if (type != null && !MediaType.APPLICATION_FORM_URLENCODED_TYPE.isCompatible(type)) {
      throw OAuthErrors.exception(
          Response.Status.UNSUPPORTED_MEDIA_TYPE,
          OAuthErrorException.INVALID_REQUEST,
          "The body is not a form, which is what is taken here");
    }
  }

  /**
   * Refuses a browser application at an origin that its client has not registered, before anything
   * is said of its credentials. Keycloak lets every origin read that a secret is wrong.
   */
  void requireRegisteredOrigin() {
    client().ifPresent(client -> Cors.builder().checkAllowedOrigins(session, client));
  }

  private boolean differs(String parameter, String value) {
    String sent = parameters().getFirst(parameter);
    return sent != null && !sent.equals(value);
  }

  private Optional<BasicCredentials> readableCredentials() {
    try {
      return BasicCredentials.of(headers());
    } catch (IllegalArgumentException e) {
      throw OAuthErrors.exception(
          Response.Status.UNAUTHORIZED, OAuthErrorException.INVALID_CLIENT, e.getMessage());
    }
  }

  private HttpHeaders headers() {
    return session.getContext().getHttpRequest().getHttpHeaders();
  }

  /** A refusal with status 400, readable by a browser application at its registered origins. */
  WebApplicationException refusal(String error, String description) {
    client().ifPresent(client -> Cors.builder().auth().checkAllowedOrigins(session, client).add());
    return new ErrorResponseException(error, description, Response.Status.BAD_REQUEST);
  }

  private Optional<ClientModel> client() {
    return clientId().map(id -> session.getContext().getRealm().getClientByClientId(id));
  }

  /** Absent as well where the header cannot be decoded. */
  private Optional<String> clientId() {
    try {
      return BasicCredentials.of(headers())
          .map(BasicCredentials::clientId)
          .or(() -> Optional.ofNullable(parameters().getFirst(OAuth2Constants.CLIENT_ID)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Runs an endpoint and gives its answers the form of RFC 6749 5.1 and 5.2: never cached, errors
   * with a body, and {@code invalid_client}, alone with status 401, where no client has been
   * authenticated. Keycloak repeats in descriptions what was sent, whatever its characters.
   *
   * @param event the event of the request
   */
  Response answer(EventBuilder event, Supplier<Response> endpoint) {
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
        response = sayingThatTheProofIsBad(event, response);
      }
    }
    if (response.getEntity() instanceof OAuth2ErrorRepresentation error) {
      nameWrongScopes(error);
      if (error.getErrorDescription() != null) {
        error.setErrorDescription(ErrorDescription.printable(error.getErrorDescription()));
      }
    }
    return uncached(response);
  }

  /** Names the scopes that are wrong, where Keycloak repeats all that were asked for. */
  private void nameWrongScopes(OAuth2ErrorRepresentation error) {
    ClientModel client = session.getContext().getClient();
    if (OAuthErrorException.INVALID_SCOPE.equals(error.getError()) && client != null) {
      RefusedScopes.flaw(session, client, parameters().getFirst(OAuth2Constants.SCOPE))
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
    if (headers().getHeaderString(HttpHeaders.AUTHORIZATION) != null) {
      response.header(
          HttpHeaders.WWW_AUTHENTICATE,
          "Basic realm=\"" + session.getContext().getRealm().getName() + "\"");
    }
    return response.build();
  }

  /**
   * Refuses a DPoP proof whose key cannot be used.
   *
   * @see ProofKey
   */
  void requireUsableProof() {
    if (!ProofKey.isUsable(proof())) {
      throw refusal(
          OAuthErrorException.INVALID_DPOP_PROOF, "The key of the DPoP proof cannot be used");
    }
  }

  private String proof() {
    return headers().getHeaderString(OAuth2Constants.DPOP_HTTP_HEADER);
  }

  /**
   * The error of RFC 9449 5. Keycloak says {@code invalid_request} of a bad proof, {@code
   * invalid_grant} where a client policy misses one when a code is redeemed, and repeats what the
   * proof says in whatever characters.
   */
  private Response sayingThatTheProofIsBad(EventBuilder event, Response stock) {
    if (!(stock.getEntity() instanceof OAuth2ErrorRepresentation error)
        || !(isProofMissedByAPolicy(event)
            || (OAuthErrorException.INVALID_REQUEST.equals(error.getError()) && isProofBad()))) {
      return stock;
    }
    return Response.fromResponse(stock)
        .entity(
            new OAuth2ErrorRepresentation(
                OAuthErrorException.INVALID_DPOP_PROOF, error.getErrorDescription()))
        .build();
  }

  private static boolean isProofMissedByAPolicy(EventBuilder event) {
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
        || (proof() == null && !needsProof(client))) {
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
    return parameters().containsKey(OAuth2Constants.GRANT_TYPE)
        && OIDCAdvancedConfigWrapper.fromClientModel(client).isUseDPoP();
  }

  private static Response uncached(Response response) {
    Response.ResponseBuilder builder = Response.fromResponse(response);
    builder.header(HttpHeaders.CACHE_CONTROL, null);
    return builder
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header("Pragma", "no-cache")
        .build();
  }
}
