package com.expensicat.keycloak.floor;

import com.expensicat.keycloak.http.ClaimsParameter;
import com.expensicat.keycloak.http.MaxAge;
import com.expensicat.keycloak.http.OAuthErrors;
import com.expensicat.keycloak.http.ParameterRequest;
import com.expensicat.keycloak.pkce.S256;
import com.expensicat.keycloak.resource.ResourceIndicators;
import com.expensicat.keycloak.scope.RefusedScopes;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.keycloak.OAuthErrorException;
import org.keycloak.models.ClientModel;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.endpoints.request.AuthorizationEndpointRequest;
import org.keycloak.protocol.oidc.utils.OIDCResponseType;
import org.keycloak.services.Urls;

/**
 * What every authorization request must be (RFC 6749 4.1.1, RFC 7636 4.3, RFC 8707 2.1), pushed or
 * not, whether its parameters come plain or in a request object.
 */
record AuthorizationRequestRule(KeycloakSession session) {

  /** What the rule finds. */
  sealed interface Finding {

    /** The request keeps the rule; its redirect URI is a registered one. */
    record Kept(String redirectUri) implements Finding {}

    /** The redirect URI cannot be trusted, so nobody may be sent there. */
    record Untrusted(String redirectUri) implements Finding {}

    /** The request breaks the rule; the client may be told so at its redirect URI. */
    record Refused(String redirectUri, String error, String description) implements Finding {}
  }

  /**
   * Looks at one request.
   *
   * @param client the client that it names
   * @param request the request as Keycloak has read it
   * @param parameters the parameters as they were sent
   * @param object the request object among them
   * @param mayStand whether a parameter may stand where it does: beside a request object (RFC 9101)
   *     or the {@code request_uri} of a pushed request (RFC 9126) it counts for nothing
   */
  Finding examine(
      ClientModel client,
      AuthorizationEndpointRequest request,
      MultivaluedMap<String, String> parameters,
      Optional<RequestObject> object,
      BiPredicate<String, List<String>> mayStand) {
    String requested =
        Optional.ofNullable(request.getRedirectUri())
            .orElseGet(() -> parameters.getFirst(OIDCLoginProtocol.REDIRECT_URI_PARAM));
    Optional<String> redirectUri =
        isRepeated(parameters, OIDCLoginProtocol.REDIRECT_URI_PARAM)
                || isGarbled(parameters, OIDCLoginProtocol.REDIRECT_URI_PARAM)
            ? Optional.empty()
            : RedirectUris.match(session, client, requested);
    if (redirectUri.isEmpty()) {
      return new Finding.Untrusted(requested);
    }
    return flawOfParameters(parameters)
        .or(() -> object.flatMap(given -> flawOfObject(given, client)))
        .or(() -> flawOfRequest(request))
        .or(() -> flawBeside(parameters, mayStand))
        .or(() -> flawOfResources(client, request, parameters))
        .or(() -> flawOfScopes(client, request))
        .<Finding>map(
            flaw ->
                new Finding.Refused(redirectUri.orElseThrow(), flaw.error(), flaw.description()))
        .orElseGet(() -> new Finding.Kept(redirectUri.orElseThrow()));
  }

  /** What the client is told. */
  private record Flaw(String error, String description) {

    static Flaw ofRequest(String description) {
      return new Flaw(OAuthErrorException.INVALID_REQUEST, description);
    }

    static Flaw ofParameter(String what, String name) {
      return ofRequest(what + " parameter: " + OAuthErrors.printable(name));
    }
  }

  private static Optional<Flaw> flawOfParameters(Map<String, List<String>> parameters) {
    return parameters.keySet().stream()
        .filter(name -> !OIDCLoginProtocol.RESOURCE_PARAM.equals(name))
        .filter(name -> isRepeated(parameters, name))
        .findFirst()
        .map(name -> Flaw.ofParameter("Repeated", name))
        .or(
            () ->
                parameters.keySet().stream()
                    .filter(name -> isGarbled(parameters, name))
                    .findFirst()
                    .map(name -> Flaw.ofParameter("Malformed", name)));
  }

  private Optional<Flaw> flawOfObject(RequestObject object, ClientModel client) {
    String issuer =
        Urls.realmIssuer(session.getContext().getUri().getBaseUri(), client.getRealm().getName());
    return object
        .flaw(issuer)
        .map(flaw -> new Flaw(OAuthErrorException.INVALID_REQUEST_OBJECT, flaw))
        .or(
            () ->
                object.parameters().entrySet().stream()
                    .filter(parameter -> ParameterRequest.isGarbled(parameter.getValue()))
                    .findFirst()
                    .map(parameter -> Flaw.ofParameter("Malformed", parameter.getKey())));
  }

  private static Optional<Flaw> flawOfRequest(AuthorizationEndpointRequest request) {
    if (isActionMalformed(request.getAction())) {
      return Optional.of(Flaw.ofParameter("Malformed", Constants.KC_ACTION));
    }
    String responseType = request.getResponseType();
    if (responseType == null || responseType.isBlank()) {
      return Optional.of(Flaw.ofParameter("Missing", OIDCLoginProtocol.RESPONSE_TYPE_PARAM));
    }
    if (!OIDCResponseType.CODE.equals(responseType)) {
      return Optional.of(
          new Flaw(
              OAuthErrorException.UNSUPPORTED_RESPONSE_TYPE, "The response type must be code"));
    }
    return S256.flawOfChallenge(request.getCodeChallenge(), request.getCodeChallengeMethod())
        .or(() -> ClaimsParameter.flaw(request.getClaims()))
        .or(() -> MaxAge.flaw(request.getMaxAge()))
        .map(Flaw::ofRequest);
  }

  /** Refused and not passed over, so that no client believes that it counts. */
  private static Optional<Flaw> flawBeside(
      MultivaluedMap<String, String> parameters, BiPredicate<String, List<String>> mayStand) {
    return parameters.entrySet().stream()
        .filter(parameter -> !mayStand.test(parameter.getKey(), parameter.getValue()))
        .findFirst()
        .map(parameter -> Flaw.ofParameter("Misplaced", parameter.getKey()));
  }

  /** Keycloak takes for granted that there is something behind a colon, and answers 500. */
  private static boolean isActionMalformed(String action) {
    int colon = action == null ? -1 : action.indexOf(':');
    return colon >= 0 && action.chars().skip(colon).allMatch(character -> character == ':');
  }

  private Optional<Flaw> flawOfResources(
      ClientModel client,
      AuthorizationEndpointRequest request,
      MultivaluedMap<String, String> parameters) {
    return ResourceIndicators.flaw(session, client.getRealm(), resources(request, parameters))
        .map(flaw -> new Flaw(OAuthErrorException.INVALID_TARGET, flaw));
  }

  private Optional<Flaw> flawOfScopes(ClientModel client, AuthorizationEndpointRequest request) {
    return RefusedScopes.flaw(
            session, client, request.getScope(), request.getAuthorizationRequestContext())
        .map(flaw -> new Flaw(OAuthErrorException.INVALID_SCOPE, flaw));
  }

  private static List<String> resources(
      AuthorizationEndpointRequest request, Map<String, List<String>> parameters) {
    return Stream.concat(
            parameters.getOrDefault(OIDCLoginProtocol.RESOURCE_PARAM, List.of()).stream(),
            Stream.ofNullable(request.getResource()))
        .toList();
  }

  private static boolean isRepeated(Map<String, List<String>> parameters, String name) {
    return parameters.getOrDefault(name, List.of()).size() > 1;
  }

  private static boolean isGarbled(Map<String, List<String>> parameters, String name) {
    return parameters.getOrDefault(name, List.of()).stream().anyMatch(ParameterRequest::isGarbled);
  }
}
