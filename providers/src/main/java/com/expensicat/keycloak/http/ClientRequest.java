package com.expensicat.keycloak.http;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.Set;
import org.keycloak.OAuth2Constants;
import org.keycloak.OAuthErrorException;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.endpoints.TokenIntrospectionEndpoint;
import org.keycloak.services.ErrorResponseException;
import org.keycloak.services.cors.Cors;

/**
 * A request that a client sends to one of the {@code POST} endpoints itself: what all of them ask
 * of its parameters (RFC 6749 3.2).
 *
 * <p>Keycloak reads {@code client_id} and {@code client_secret} of the body over those of the
 * header without a word, ignores the query, and looks for repeated parameters only after the client
 * has authenticated.
 */
public final class ClientRequest {

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
  public static ClientRequest of(KeycloakSession session) {
    KeycloakContext context = session.getContext();
    if (!(context.getHttpRequest() instanceof ParameterRequest)) {
      context.setHttpRequest(ParameterRequest.ofForm(context.getHttpRequest()));
    }
    context.setHttpResponse(new UncachedResponse(context.getHttpResponse()));
    return new ClientRequest(session);
  }

  /** The session that it belongs to. */
  public KeycloakSession session() {
    return session;
  }

  /** The parameters of the body, and of the body alone. */
  public MultivaluedMap<String, String> parameters() {
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
  public void requireWellFormed(Set<String> repeatable) {
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
  public void requireRegisteredOrigin() {
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

  /** Its headers. */
  public HttpHeaders headers() {
    return session.getContext().getHttpRequest().getHttpHeaders();
  }

  /** A refusal with status 400, readable by a browser application at its registered origins. */
  public WebApplicationException refusal(String error, String description) {
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
   * Refuses a DPoP proof whose key cannot be used.
   *
   * @see ProofKey
   */
  public void requireUsableProof() {
    if (!ProofKey.isUsable(proof())) {
      throw refusal(
          OAuthErrorException.INVALID_DPOP_PROOF, "The key of the DPoP proof cannot be used");
    }
  }

  /** The DPoP proof (RFC 9449 4.1), or null. */
  public String proof() {
    return headers().getHeaderString(OAuth2Constants.DPOP_HTTP_HEADER);
  }
}
