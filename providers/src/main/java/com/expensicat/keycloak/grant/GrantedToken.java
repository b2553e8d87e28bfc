package com.expensicat.keycloak.grant;

import java.util.Optional;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.representations.RefreshToken;
import org.keycloak.util.TokenUtil;

/** A refresh token that belongs to a grant. */
public record GrantedToken(Grant grant, RefreshToken token) {

  /**
   * Reads a token, whose signature is looked at.
   *
   * @return empty if it is no refresh token of this realm's, or belongs to no grant
   */
  public static Optional<GrantedToken> read(KeycloakSession session, String encoded) {
    return Optional.ofNullable(session.tokens().decode(encoded, RefreshToken.class))
        .filter(
            token ->
                TokenUtil.TOKEN_TYPE_OFFLINE.equals(token.getType())
                    || TokenUtil.TOKEN_TYPE_REFRESH.equals(token.getType()))
        .flatMap(token -> Grant.of(token.getId()).map(grant -> new GrantedToken(grant, token)));
  }

  /** Whether it was issued to that client. */
  public boolean isOf(ClientModel client) {
    return client.getClientId().equals(token.getIssuedFor());
  }

  /** Ends the grant, for all nodes. */
  public void end(KeycloakSession session, ClientModel client) {
    new GrantEndings(session).end(grant, token.getSessionId(), client.getId());
  }
}
