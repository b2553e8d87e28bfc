package com.expensicat.keycloak.scope;

import com.expensicat.keycloak.http.OAuthErrors;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.rar.AuthorizationRequestContext;

/** Which scopes of a request are the wrong ones: Keycloak repeats all that were asked for. */
public final class RefusedScopes {

  /** How many characters of names a description has at most. */
  private static final int LONGEST = 300;

  private RefusedScopes() {}

  /**
   * Looks at the scopes of a request as Keycloak does.
   *
   * @param scope the parameter, or null
   * @return a description that names what is unknown or not allowed for the client; empty if
   *     nothing is
   */
  public static Optional<String> flaw(KeycloakSession session, ClientModel client, String scope) {
    return TokenManager.isValidScope(session, scope, client)
        ? Optional.empty()
        : Optional.of(described(session, client, scope));
  }

  /**
   * The same for an authorization request.
   *
   * @param details what Keycloak has read of its parameterized scopes, or null
   */
  public static Optional<String> flaw(
      KeycloakSession session,
      ClientModel client,
      String scope,
      AuthorizationRequestContext details) {
    return TokenManager.isValidScope(session, scope, details, client)
        ? Optional.empty()
        : Optional.of(described(session, client, scope));
  }

  private static String described(KeycloakSession session, ClientModel client, String scope) {
    return naming(
        "Unknown or not allowed for this client",
        TokenManager.parseScopeParameter(scope)
            .filter(name -> !TokenManager.isValidScope(session, name, client))
            .toList());
  }

  /**
   * A description of an error.
   *
   * @param problem what is wrong with the scopes
   * @param names their names, in whatever characters; the description is in those of RFC 6749 5.2
   */
  public static String naming(String problem, List<String> names) {
    String named = String.join(" ", names.stream().filter(Predicate.not(String::isBlank)).toList());
    return OAuthErrors.printable(
        problem
            + ", scope: "
            + (named.length() > LONGEST ? named.substring(0, LONGEST) + "..." : named));
  }
}
