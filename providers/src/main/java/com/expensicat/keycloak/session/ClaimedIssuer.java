package com.expensicat.keycloak.session;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;
import org.keycloak.common.util.Base64Url;

/** Who a JWT says that it is from (RFC 7519 4.1.1), before anybody has verified it. */
final class ClaimedIssuer {

  private static final JsonFactory JSON = new JsonFactory();
  private static final String CLAIM = "iss";

  private ClaimedIssuer() {}

  /**
   * Reads {@code iss}, of several the last one, and makes nothing of the other claims.
   *
   * @param token a JWT in its compact form, or anything else
   * @return empty where there is none, or no JWT
   */
  static Optional<String> of(String token) {
    int payload = token.indexOf('.') + 1;
    int end = token.indexOf('.', payload);
    if (payload == 0 || end < 0) {
      return Optional.empty();
    }
    try (JsonParser claims = JSON.createParser(Base64Url.decode(token.substring(payload, end)))) {
      return claims.nextToken() == JsonToken.START_OBJECT ? issuer(claims) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> issuer(JsonParser claims) throws IOException {
    String issuer = null;
    while (claims.nextToken() == JsonToken.FIELD_NAME) {
      boolean isIssuer = CLAIM.equals(claims.currentName());
      if (claims.nextToken() == JsonToken.VALUE_STRING && isIssuer) {
        issuer = claims.getText();
      }
      claims.skipChildren();
    }
    return Optional.ofNullable(issuer);
  }
}
