package com.expensicat.keycloak;

import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * When all sessions of a person, or of everybody, were signed out last. Keycloak knows it as "not
 * before", in whole seconds, and lets live what was issued in the very second of it
 * (keycloak/keycloak#5990), which a sign-out must end as well: so it is set to the next second.
 */
public final class SignOuts {

  /** When a person signed out of all sessions but the one in which that was said. */
  private static final String OF_OTHERS = "expensicat.signed-out";

  private SignOuts() {}

  /** The attribute in the user profile of the context's realm. */
  public static RealmNeed attribute(KeycloakSession session) {
    return UserAttributes.declared(session, OF_OTHERS, "Signed out of all other sessions", false);
  }

  /** The "not before" that ends all that has been issued until now. */
  public static int notBefore() {
    return Math.toIntExact(Time.currentTimeSeconds() + 1);
  }

  /**
   * The "not before" that holds for a person, the realm's or the person's own; 0 if there is none.
   */
  public static int notBeforeOf(KeycloakSession session, RealmModel realm, UserModel user) {
    return Math.max(realm.getNotBefore(), session.users().getNotBeforeOfUser(realm, user));
  }

  /** Notes that a person signs out of all sessions but one, which "not before" would end too. */
  public static void ofOthers(UserModel user) {
    user.setSingleAttribute(OF_OTHERS, Integer.toString(notBefore()));
  }

  /**
   * The first second whose sessions at an issuer may count, seconds since the epoch; 0 if nobody
   * was signed out.
   */
  public static long earliest(KeycloakSession session, RealmModel realm, UserModel user) {
    return Math.max(notBeforeOf(session, realm, user), ofOthersUntil(user));
  }

  private static long ofOthersUntil(UserModel user) {
    String noted = user.getFirstAttribute(OF_OTHERS);
    return noted == null ? 0 : Long.parseLong(noted);
  }
}
