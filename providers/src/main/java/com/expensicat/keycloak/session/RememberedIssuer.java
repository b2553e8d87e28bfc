package com.expensicat.keycloak.session;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.representations.userprofile.config.UPAttribute;
import org.keycloak.representations.userprofile.config.UPAttributePermissions;
import org.keycloak.representations.userprofile.config.UPConfig;
import org.keycloak.userprofile.UserProfileConstants;
import org.keycloak.userprofile.UserProfileProvider;

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

  /**
   * Declares the attributes in the user profile of the context's realm, for admins to see and for
   * nobody to change; else an edit of the user would drop them.
   */
  public static void declare(KeycloakSession session) {
    UserProfileProvider profile = session.getProvider(UserProfileProvider.class);
    UPConfig config = profile.getConfiguration();
    boolean changed = declare(config, MADE_FOR, "Session issuer", false);
    changed |= declare(config, UNLINKED, "Unlinked session issuers", true);
    if (changed) {
      profile.setConfiguration(config);
    }
  }

  private static boolean declare(
      UPConfig config, String name, String displayName, boolean multivalued) {
    if (config.getAttribute(name) != null) {
      return false;
    }
    UPAttribute attribute =
        new UPAttribute(
            name,
            multivalued,
            new UPAttributePermissions(Set.of(UserProfileConstants.ROLE_ADMIN), Set.of()));
    attribute.setDisplayName(displayName);
    config.addOrReplaceAttribute(attribute);
    return true;
  }

  static void madeFor(UserModel user, String issuer) {
    user.setSingleAttribute(MADE_FOR, issuer);
  }

  static boolean isMadeFor(UserModel user, String issuer) {
    return issuer.equals(user.getFirstAttribute(MADE_FOR));
  }

  static void unlinked(UserModel user, String issuer) {
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
