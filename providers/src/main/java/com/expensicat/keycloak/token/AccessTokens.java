package com.expensicat.keycloak.token;

import java.util.Set;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.representations.AccessToken;
import org.keycloak.util.TokenUtil;

/** What is asked of access tokens wherever the pack looks at one. */
final class AccessTokens {

  private static final Set<String> TYPES =
      Set.of(TokenUtil.TOKEN_TYPE_BEARER, TokenUtil.TOKEN_TYPE_DPOP);

  /** The reason for which a token is refused that the person does not consent to any more. */
  static final String CONSENT_MISSING = "consent_missing";

  private AccessTokens() {}

  /** Tells access tokens from the realm's other tokens. */
  static boolean is(AccessToken token) {
    return TYPES.contains(token.getType());
  }

  /**
   * Whether the person still consents to all that the token gives. Keycloak ends the sessions of an
   * application that loses the consent, which tokens from an exchange have none of, and leaves
   * those alone of one that loses a part of it.
   */
  static boolean isConsentedTo(
      KeycloakSession session,
      AccessToken token,
      ClientModel client,
      UserModel user,
      UserSessionModel userSession) {
    return user.getServiceAccountClientLink() != null
        || TokenManager.verifyConsentStillAvailable(
            session,
            user,
            client,
            userSession.getAuthenticatedClientSessionByClient(client.getId()),
            token.getScope());
  }
}
