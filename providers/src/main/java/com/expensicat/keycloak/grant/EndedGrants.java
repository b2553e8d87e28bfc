package com.expensicat.keycloak.grant;

import java.util.stream.Stream;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/**
 * The grants that have ended, kept among Keycloak's revoked tokens: known on every node from the
 * moment on at which one is added, and over a restart. A grant is kept for as long as an access
 * token of it may live; its refresh tokens find no session any more.
 */
final class EndedGrants {

  private static final String PREFIX = "grant:";

  /** Longer than any request takes, in seconds; one that begins later finds no session. */
  private static final int SHORTEST = 600;

  private final KeycloakSession session;

  EndedGrants(KeycloakSession session) {
    this.session = session;
  }

  /** The name under which a grant is kept. */
  static String key(Grant grant) {
    return PREFIX + grant.id();
  }

  /** Adds a grant, at once and for all nodes, also where this transaction is undone. */
  void add(Grant grant) {
    if (!contains(grant)) {
      session.revokedTokens().put(key(grant), seconds());
    }
  }

  boolean contains(Grant grant) {
    return session.revokedTokens().contains(key(grant));
  }

  /** The longest life of an access token, by the realm's settings. */
  private long seconds() {
    RealmModel realm = session.getContext().getRealm();
    return realm == null
        ? SHORTEST
        : Stream.of(
                SHORTEST,
                realm.getAccessTokenLifespan(),
                realm.getAccessTokenLifespan() < 0 ? realm.getSsoSessionMaxLifespan() : 0)
            .mapToLong(Integer::longValue)
            .max()
            .orElseThrow();
  }
}
