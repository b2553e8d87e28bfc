package com.expensicat.keycloak.session.user;

import com.expensicat.keycloak.RealmNeed;
import com.expensicat.keycloak.UserAttributes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;

/**
 * What a user remembers of issuers beyond the links, which Keycloak keys by the provider's alias
 * and drops with the provider: for whom it was made, and whose link was taken away.
 */
public final class RememberedIssuer {

  /** The issuer for whose person the user was made. */
  private static final String MADE_FOR = "expensicat.session-issuer";

  /** The issuers whose link was taken away from the user. */
  private static final String UNLINKED = "expensicat.unlinked-issuer";

  private RememberedIssuer() {}

  /** The attributes in the user profile of the context's realm. */
  public static List<RealmNeed> attributes(KeycloakSession session) {
    return List.of(
        UserAttributes.declared(session, MADE_FOR, "Session issuer", false),
        UserAttributes.declared(session, UNLINKED, "Unlinked session issuers", true));
  }

  static void madeFor(UserModel user, String issuer) {
    user.setSingleAttribute(MADE_FOR, issuer);
  }

  static boolean isMadeFor(UserModel user, String issuer) {
    return issuer.equals(user.getFirstAttribute(MADE_FOR));
  }

  public static void unlinked(UserModel user, String issuer) {
    if (isMadeFor(user, issuer)) {
      user.removeAttribute(MADE_FOR);
    }
    Set<String> issuers = new LinkedHashSet<>(user.getAttributeStream(UNLINKED).toList());
    issuers.add(issuer);
    user.setAttribute(UNLINKED, List.copyOf(issuers));
  }

  static boolean isUnlinked(UserModel user, String issuer) {
    return user.getAttributeStream(UNLINKED).anyMatch(issuer::equals);
  }
}
