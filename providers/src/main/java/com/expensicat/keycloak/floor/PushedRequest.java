package com.expensicat.keycloak.floor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.keycloak.OAuthErrorException;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.endpoints.request.AuthorizationEndpointRequestParserProcessor;
import org.keycloak.protocol.oidc.endpoints.request.RequestUriType;
import org.keycloak.protocol.oidc.par.endpoints.request.AuthzEndpointParParser;
import org.keycloak.services.clientpolicy.ClientPolicyException;

/**
 * A pushed authorization request (RFC 9126).
 *
 * @param form what was pushed
 */
record PushedRequest(Map<String, String> form) {

  private static final Set<String> REFERENCES =
      Set.of(OIDCLoginProtocol.CLIENT_ID_PARAM, OIDCLoginProtocol.REQUEST_URI_PARAM);

  /** Whether a {@code request_uri} is one of a pushed request. */
  static boolean isNamedBy(String requestUri) {
    return AuthorizationEndpointRequestParserProcessor.getRequestUriType(requestUri)
        == RequestUriType.PAR;
  }

  /**
   * The request of that {@code request_uri}.
   *
   * @throws ClientPolicyException {@code invalid_request_uri} if there is none, or another client
   *     has pushed it (RFC 9126 2.2), which Keycloak sees only where that client's id was pushed
   */
  static PushedRequest of(KeycloakSession session, ClientModel client, String requestUri)
      throws ClientPolicyException {
    Map<String, String> form = AuthzEndpointParParser.getRequestObject(session, requestUri);
    if (form == null || !client.getClientId().equals(form.get(OIDCLoginProtocol.CLIENT_ID_PARAM))) {
      throw new ClientPolicyException(
          OAuthErrorException.INVALID_REQUEST_URI, "The pushed request is not known");
    }
    return new PushedRequest(form);
  }

  /**
   * Whether a parameter may stand beside its {@code request_uri}: one that was pushed with that
   * value, in the request object where there is one (RFC 9126 3).
   *
   * @param object the request object that Keycloak has read out of this request
   */
  boolean leavesRoomFor(String parameter, List<String> values, Optional<RequestObject> object) {
    Map<String, String> pushed = object.map(RequestObject::parameters).orElse(form);
    return REFERENCES.contains(parameter)
        || values.equals(Stream.ofNullable(pushed.get(parameter)).toList());
  }
}
