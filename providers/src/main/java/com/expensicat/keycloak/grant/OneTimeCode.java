package com.expensicat.keycloak.grant;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.keycloak.common.util.Time;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.SingleUseObjectProvider;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.protocol.oidc.utils.OAuth2Code;
import org.keycloak.protocol.oidc.utils.OAuth2CodeParser;

/**
 * An authorization code as it is shown, and what became of it (RFC 6749 4.1.2, 10.5).
 *
 * @param objects where Keycloak keeps codes
 */
record OneTimeCode(
    SingleUseObjectProvider objects, String id, String userSessionId, String clientUuid) {

  /** Keycloak's form of a code: its id, the user session's and the client's. */
  private static final Pattern FORM = Pattern.compile("([^.]+)\\.([^.]+)\\.([^.]+)");

  private static final String REDEEMED = "redeemed-code:";

  /** Reads a code; empty if it has not the form of one. */
  static Optional<OneTimeCode> read(KeycloakSession session, String code) {
    Matcher parts = FORM.matcher(code == null ? "" : code);
    return parts.matches()
        ? Optional.of(
            new OneTimeCode(
                session.singleUseObjects(), parts.group(1), parts.group(2), parts.group(3)))
        : Optional.empty();
  }

  Grant grant() {
    return Grant.ofCode(id);
  }

  /** The client session that the grant of the code would have. */
  GrantStore.Carrier carrier(boolean offline) {
    return new GrantStore.Carrier(userSessionId, clientUuid, offline);
  }

  /** Who is signed in by the user session that the code names, whoever made the code. */
  Optional<UserModel> person(KeycloakSession session, RealmModel realm) {
    return Stream.of(false, true)
        .map(
            offline ->
                offline
                    ? session.sessions().getOfflineUserSession(realm, userSessionId)
                    : session.sessions().getUserSession(realm, userSessionId))
        .filter(Objects::nonNull)
        .map(UserSessionModel::getUser)
        .findFirst();
  }

  /** What is kept of a code that nobody has shown yet. */
  Optional<KeptCode> unused() {
    return Optional.ofNullable(objects.get(key(id))).map(KeptCode::of);
  }

  /** Whether the code says of itself what was kept of it, and is shown by its own client. */
  boolean matches(OAuth2Code kept, ClientModel client) {
    return userSessionId.equals(kept.getUserSessionId())
        && clientUuid.equals(kept.getClientUUID())
        && client.getId().equals(clientUuid);
  }

  /** Burns a code that was shown with something else in it. */
  void burn() {
    objects.remove(key(id));
  }

  /**
   * Takes the code, for all nodes.
   *
   * @return false if somebody else has
   */
  boolean take(int lifespan) {
    return objects.putIfAbsent(REDEEMED + grant().id(), 2L * lifespan);
  }

  /** Whether somebody has taken the code a short time ago; later, its grant tells. */
  boolean isTaken() {
    return objects.contains(REDEEMED + grant().id());
  }

  /** Gives back a code that was taken and gave nothing. */
  static void giveBack(KeycloakSession session, KeptCode kept) {
    OAuth2Code code = kept.code();
    long left = code.getExpiration() - Time.currentTimeSeconds();
    if (left > 0) {
      KeycloakModelUtils.runJobInTransaction(
          session.getKeycloakSessionFactory(),
          own -> {
            own.singleUseObjects().put(key(code.getId()), left, kept.data());
            own.singleUseObjects().remove(REDEEMED + Grant.ofCode(code.getId()).id());
          });
    }
  }

  private static String key(String id) {
    return OAuth2CodeParser.CACHE_KEY_PREFIX + id;
  }
}
