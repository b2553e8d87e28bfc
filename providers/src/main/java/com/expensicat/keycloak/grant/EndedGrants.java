package com.expensicat.keycloak.grant;

import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.OIDCConfigAttributes;

/**
 * The grants that have ended, kept among Keycloak's revoked tokens: known on every node from the
 * moment on at which one is added, and over a restart. A grant is kept for as long as an access
 * token of it may live; its refresh tokens find no session any more.
 */
record EndedGrants(KeycloakSession session) {

  private static final String PREFIX = "grant:";

  /** Longer than any request takes, in seconds; one that begins later finds no session. */
  private static final int SHORTEST = 600;

  /** The name under which a grant is kept. */
  static String key(Grant grant) {
    return PREFIX + grant.id();
  }

  /**
   * Adds a grant, at once and for all nodes, also where this transaction is undone.
   *
   * @param clientUuid whose grant it is
   */
  void add(Grant grant, String clientUuid) {
    if (!contains(grant)) {
      session.revokedTokens().put(key(grant), seconds(clientUuid));
    }
  }

  boolean contains(Grant grant) {
    return session.revokedTokens().contains(key(grant));
  }

  /** The longest life of an access token, by the settings of the realm and of the client. */
  private long seconds(String clientUuid) {
    RealmModel realm = session.getContext().getRealm();
    if (realm == null) {
      return SHORTEST;
    }
    int lifespan =
        Optional.ofNullable(realm.getClientById(clientUuid))
            .map(client -> client.getAttribute(OIDCConfigAttributes.ACCESS_TOKEN_LIFESPAN))
            .filter(ownLifespan -> !ownLifespan.isBlank())
            .map(Integer::valueOf)
            .orElseGet(realm::getAccessTokenLifespan);
    return Math.max(
        SHORTEST,
        lifespan >= 0
            ? lifespan
            : Math.max(
                realm.getSsoSessionMaxLifespan(), realm.getSsoSessionMaxLifespanRememberMe()));
  }
}
