package com.expensicat.keycloak.floor;

import com.expensicat.keycloak.http.ParameterRequest;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Map;
import java.util.Optional;
import org.keycloak.common.Profile;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.endpoints.request.AuthorizationEndpointRequest;
import org.keycloak.protocol.oidc.endpoints.request.AuthzEndpointQueryStringParser;

/**
 * An authorization request that is all in its parameters, read as Keycloak reads it, but in a
 * fraction of the time: Keycloak compiles five patterns and looks three options up for each value.
 */
final class PlainRequest extends AuthzEndpointQueryStringParser {

  /** What is no longer passes Keycloak's bounds for each parameter, unless an admin lowers them. */
  private static final int SHORT = 255;

  private PlainRequest(KeycloakSession session, MultivaluedMap<String, String> parameters) {
    super(session, parameters, false);
  }

  /**
   * Reads a request.
   *
   * @return empty where only Keycloak can tell what the request is: where there is a request object
   *     or a scope with a parameter, and where something is wrong with it
   */
  static Optional<AuthorizationEndpointRequest> read(
      KeycloakSession session, MultivaluedMap<String, String> parameters) {
    if (parameters.containsKey(OIDCLoginProtocol.REQUEST_PARAM)
        || parameters.containsKey(OIDCLoginProtocol.REQUEST_URI_PARAM)
        || Profile.isFeatureEnabled(Profile.Feature.PARAMETERIZED_SCOPES)) {
      return Optional.empty();
    }
    AuthorizationEndpointRequest request = new AuthorizationEndpointRequest();
    try {
      new PlainRequest(session, parameters).parseRequest(request);
    } catch (RuntimeException e) {
      return Optional.empty();
    }
    return Optional.of(request);
  }

  @Override
  protected String getAndValidateParameter(String name) {
    String value = getParameter(name);
    return value == null || (value.length() <= SHORT && !ParameterRequest.isGarbled(value))
        ? value
        : super.getAndValidateParameter(name);
  }

  /** The rules ask for none of them, so they are left out. */
  @Override
  protected void extractAdditionalReqParams(Map<String, String> additional) {}
}
