package com.expensicat.keycloak.floor;

import com.expensicat.keycloak.organization.LoginOrganization;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.OAuth2Constants;
import org.keycloak.protocol.oidc.endpoints.request.AuthzEndpointRequestParser;

/**
 * What of a pushed authorization request (RFC 9126) is kept until the browser comes: the parameters
 * of authorization requests that anything here reads, and no credentials. Keycloak keeps all that
 * was sent, the client's secret too, and reads entries of its own from it.
 */
public final class PushedParameters {

  /** By these a client authenticates; they are no part of the request (RFC 9126 2.1). */
  private static final Set<String> CREDENTIALS =
      Set.of(
          OAuth2Constants.CLIENT_SECRET,
          OAuth2Constants.CLIENT_ASSERTION,
          OAuth2Constants.CLIENT_ASSERTION_TYPE);

  private static final Set<String> KNOWN =
      Stream.concat(
              AuthzEndpointRequestParser.KNOWN_REQ_PARAMS.stream(),
              Stream.of(
                  OAuth2Constants.DISPLAY,
                  OAuth2Constants.AUTHORIZATION_DETAILS,
                  LoginOrganization.PARAMETER))
          .collect(Collectors.toUnmodifiableSet());

  private PushedParameters() {}

  /**
   * Takes all others out, credentials whatever {@code more} says.
   *
   * @param more names of parameters that the realm's own identity providers and authenticators read
   */
  public static void retain(MultivaluedMap<String, String> parameters, Set<String> more) {
    parameters
        .keySet()
        .removeIf(
            name -> CREDENTIALS.contains(name) || !(KNOWN.contains(name) || more.contains(name)));
  }
}
