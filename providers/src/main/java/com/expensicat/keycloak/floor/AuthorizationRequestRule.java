package com.expensicat.keycloak.floor;

import com.expensicat.keycloak.ErrorDescription;
import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.pkce.S256;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.keycloak.OAuthErrorException;
import org.keycloak.events.Errors;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.endpoints.request.AuthorizationEndpointRequest;
import org.keycloak.protocol.oidc.utils.OIDCResponseType;
import org.keycloak.utils.StringUtil;

/**
 * What every authorization request must be (RFC 6749 4.1.1, RFC 7636 4.3, RFC 8707 2.1), pushed or
 * not, whether its parameters come plain or in a request object.
 */
final class AuthorizationRequestRule {

  /** What stands for bytes that are not UTF-8. */
  private static final char UNDECODABLE = '\uFFFD';

  private final KeycloakSession session;
  private final PackSettings settings;

  AuthorizationRequestRule(KeycloakSession session, PackSettings settings) {
    this.session = session;
    this.settings = settings;
  }

  /** What the rule finds. */
  sealed interface Finding {

    /** The request keeps the rule. */
    record Kept() implements Finding {}

    /** The redirect URI cannot be trusted, so nobody may be sent there. */
    record Untrusted(String error, String description) implements Finding {}

    /** The request breaks the rule; the client may be told so at its redirect URI. */
    record Refused(String redirectUri, String error, String description) implements Finding {}
  }

  /**
   * Looks at one request.
   *
   * @param client the client that it names
   * @param request the request as Keycloak has read it
   * @param parameters the parameters as they were sent
   */
  Finding examine(
      ClientModel client,
      AuthorizationEndpointRequest request,
      MultivaluedMap<String, String> parameters) {
    Optional<String> redirectUri =
        isRepeated(parameters, OIDCLoginProtocol.REDIRECT_URI_PARAM)
                || isGarbled(parameters, OIDCLoginProtocol.REDIRECT_URI_PARAM)
            ? Optional.empty()
            : RedirectUris.match(session, client, request.getRedirectUri());
    if (redirectUri.isEmpty()) {
      return new Finding.Untrusted(
          Errors.INVALID_REDIRECT_URI,
          "Invalid parameter: " + OIDCLoginProtocol.REDIRECT_URI_PARAM);
    }
    Optional<String> repeated =
        parameters.keySet().stream()
            .filter(name -> !OIDCLoginProtocol.RESOURCE_PARAM.equals(name))
            .filter(name -> isRepeated(parameters, name))
            .findFirst();
    if (repeated.isPresent()) {
      return refused(
          redirectUri,
          OAuthErrorException.INVALID_REQUEST,
          "Repeated parameter: " + ErrorDescription.printable(repeated.get()));
    }
    Optional<String> garbled =
        parameters.keySet().stream().filter(name -> isGarbled(parameters, name)).findFirst();
    if (garbled.isPresent()) {
      return refused(
          redirectUri,
          OAuthErrorException.INVALID_REQUEST,
          "Malformed parameter: " + ErrorDescription.printable(garbled.get()));
    }
    String responseType = request.getResponseType();
    if (responseType == null || responseType.isBlank()) {
      return refused(
          redirectUri,
          OAuthErrorException.INVALID_REQUEST,
          "Missing parameter: " + OIDCLoginProtocol.RESPONSE_TYPE_PARAM);
    }
    if (!OIDCResponseType.CODE.equals(responseType)) {
      return refused(
          redirectUri,
          OAuthErrorException.UNSUPPORTED_RESPONSE_TYPE,
          "The response type must be code");
    }
    return S256.flawOfChallenge(request.getCodeChallenge(), request.getCodeChallengeMethod())
        .or(() -> ClaimsParameter.flaw(request.getClaims()))
        .map(flaw -> refused(redirectUri, OAuthErrorException.INVALID_REQUEST, flaw))
        .or(
            () ->
                settings
                    .flawOfResources(client.getRealm(), resources(request, parameters))
                    .map(flaw -> refused(redirectUri, OAuthErrorException.INVALID_TARGET, flaw)))
        .orElseGet(Finding.Kept::new);
  }

  private static List<String> resources(
      AuthorizationEndpointRequest request, Map<String, List<String>> parameters) {
    return Stream.concat(
            parameters.getOrDefault(OIDCLoginProtocol.RESOURCE_PARAM, List.of()).stream(),
            Stream.ofNullable(request.getResource()))
        .toList();
  }

  private static Finding refused(Optional<String> redirectUri, String error, String description) {
    return new Finding.Refused(redirectUri.orElseThrow(), error, description);
  }

  private static boolean isRepeated(Map<String, List<String>> parameters, String name) {
    return parameters.getOrDefault(name, List.of()).size() > 1;
  }

  /**
   * Whether Keycloak reads a value otherwise than it was sent: it takes control characters, which
   * no parameter may have (RFC 6749 appendix A), out of it without a word.
   */
  private static boolean isGarbled(Map<String, List<String>> parameters, String name) {
    return parameters.getOrDefault(name, List.of()).stream()
        .anyMatch(
            value ->
                !value.equals(StringUtil.removeControlCharacters(value))
                    || value.indexOf(UNDECODABLE) >= 0);
  }
}
