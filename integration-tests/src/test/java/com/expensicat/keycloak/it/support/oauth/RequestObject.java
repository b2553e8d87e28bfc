package com.expensicat.keycloak.it.support.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.regex.Pattern;

/** Request objects (RFC 9101) as a test writes them, right or wrong. */
public final class RequestObject {

  private static final Pattern TIME = Pattern.compile("NOW([+-]\\d+)");
  private static final String UNSIGNED = "{\"alg\":\"none\"}";

  private RequestObject() {}

  /** The parameters of a request as claims. */
  public static ObjectNode claims(Parameters parameters) {
    ObjectNode claims = Json.object("{}");
    parameters.list().forEach(parameter -> claims.put(parameter.name(), parameter.value()));
    return claims;
  }

  /**
   * Claims as a table writes them: {@code NOW+5} is a time five seconds ahead, {@code ISSUER} the
   * realm of the shared server.
   */
  public static JsonNode change(String json) {
    return Json.object(
        TIME.matcher(json)
            .replaceAll(
                time ->
                    Long.toString(Instant.now().getEpochSecond() + Long.parseLong(time.group(1))))
            .replace("ISSUER", KeycloakServer.shared().realmUrl()));
  }

  public static String unsigned(JsonNode claims) {
    return encoded(UNSIGNED) + '.' + encoded(Json.write(claims)) + '.';
  }

  public static String signed(JsonNode claims, SigningKey key) {
    return key.compact(
        "{\"alg\":\"%s\",\"kid\":\"%s\"}".formatted(key.alg(), key.kid()), Json.write(claims));
  }

  private static String encoded(String json) {
    return SigningKey.base64url(json.getBytes(UTF_8));
  }
}
