package com.expensicat.keycloak.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.keycloak.representations.ClaimsRepresentation;
import org.keycloak.representations.ClaimsRepresentation.ClaimContext;
import org.keycloak.representations.ClaimsRepresentation.ClaimValue;
import org.keycloak.representations.IDToken;
import org.keycloak.util.JsonSerialization;

/**
 * The parameter {@code claims} of an authorization request (OpenID Connect Core 5.5). Where
 * Keycloak cannot read it, it logs stack traces and goes on as if nothing had been asked for; where
 * {@code acr} is not a text, it fails with a 500.
 */
public final class ClaimsParameter {

  private static final String[] MEMBERS = {"id_token", "userinfo"};
  private static final String[] MEMBERS_OF_A_CLAIM = {"essential", "value", "values"};

  private ClaimsParameter() {}

  /**
   * The value without members that OpenID Connect does not know, which are to be ignored. Keycloak
   * would ignore all for one of them.
   *
   * @param claims the value, which stays as it is where it is no JSON object
   */
  static String understood(String claims) {
    try {
      JsonNode tree = JsonSerialization.mapper.readTree(claims);
      if (!(tree instanceof ObjectNode object)) {
        return claims;
      }
      object.retain(MEMBERS);
      for (JsonNode member : object) {
        for (JsonNode claim : member) {
          if (claim instanceof ObjectNode known) {
            known.retain(MEMBERS_OF_A_CLAIM);
          }
        }
      }
      return object.toString();
    } catch (IOException e) {
      return claims;
    }
  }

  /**
   * What is wrong with the parameter.
   *
   * @param claims its value, or null
   * @return a description for the client; empty if Keycloak can read it, or it is not there
   */
  public static Optional<String> flaw(String claims) {
    return claims == null || isReadable(claims)
        ? Optional.empty()
        : Optional.of("The claims are not a JSON object of OpenID Connect Core 5.5");
  }

  private static boolean isReadable(String claims) {
    try {
      ClaimsRepresentation read = JsonSerialization.readValue(claims, ClaimsRepresentation.class);
      return read != null
          && isText(read.getClaimValue(IDToken.ACR, ClaimContext.ID_TOKEN, Object.class));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isText(ClaimValue<Object> claim) {
    return claim == null
        || Stream.concat(
                Stream.ofNullable(claim.getValue()),
                Stream.ofNullable(claim.getValues()).flatMap(values -> values.stream()))
            .allMatch(String.class::isInstance);
  }
}
