package com.expensicat.keycloak.floor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.endpoints.request.AuthzEndpointRequestParser;
import org.keycloak.services.clientpolicy.executor.SecureRequestObjectExecutor;

/**
 * A request object (RFC 9101) whose signature, where it has one, Keycloak has verified.
 *
 * @param claims its payload
 */
record RequestObject(JsonNode claims) {

  /** What stands for a request beside the object or its address. */
  private static final Set<String> REFERENCES =
      Set.of(
          OIDCLoginProtocol.CLIENT_ID_PARAM,
          OIDCLoginProtocol.REQUEST_PARAM,
          OIDCLoginProtocol.REQUEST_URI_PARAM);

  /** The one that Keycloak read last in this session, if any. */
  static Optional<RequestObject> readIn(KeycloakSession session) {
    return Optional.ofNullable(
            session.getAttribute(AuthzEndpointRequestParser.AUTHZ_REQUEST_OBJECT, JsonNode.class))
        .map(RequestObject::new);
  }

  /**
   * Whether a parameter may stand beside it: one that it holds, with whatever value, since clients
   * repeat there what OAuth 2.0 and OpenID Connect Core 6.1 want to see.
   */
  boolean leavesRoomFor(String parameter) {
    return REFERENCES.contains(parameter) || claims.has(parameter);
  }

  /** What it holds, each value as Keycloak reads it. */
  Map<String, String> parameters() {
    return claims.properties().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, claim -> text(claim.getValue())));
  }

  private static String text(JsonNode value) {
    return value.isValueNode() ? value.asText() : value.toString();
  }

  /**
   * What is wrong with its time and its audience, where it has them (RFC 7519 4.1.3 to 4.1.5).
   * Keycloak looks at neither, unless a policy has its executor for request objects, which wants
   * all of them to be there; its clock skew is used here too.
   *
   * @param issuer this server's realm, which an audience must hold (RFC 9101 4)
   * @return a description for the client, or empty if the object is a good one
   */
  Optional<String> flaw(String issuer) {
    double now = Time.currentTimeSeconds();
    JsonNode expiry = claims.get("exp");
    if (expiry != null && !(expiry.isNumber() && now < expiry.doubleValue())) {
      return Optional.of("The request object is expired");
    }
    JsonNode notBefore = claims.get("nbf");
    double latest = now + SecureRequestObjectExecutor.DEFAULT_ALLOWED_CLOCK_SKEW;
    if (notBefore != null && !(notBefore.isNumber() && notBefore.doubleValue() <= latest)) {
      return Optional.of("The request object is not valid yet");
    }
    JsonNode audience = claims.get("aud");
    if (audience != null && texts(audience).noneMatch(issuer::equals)) {
      return Optional.of("The request object is for another audience");
    }
    return Optional.empty();
  }

  private static Stream<String> texts(JsonNode audience) {
    return (audience.isArray()
            ? StreamSupport.stream(audience.spliterator(), false)
            : Stream.of(audience))
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue);
  }
}
