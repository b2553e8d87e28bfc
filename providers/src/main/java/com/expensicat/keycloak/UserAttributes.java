package com.expensicat.keycloak;

import java.util.Set;
import org.keycloak.models.KeycloakSession;
import org.keycloak.representations.userprofile.config.UPAttribute;
import org.keycloak.representations.userprofile.config.UPAttributePermissions;
import org.keycloak.representations.userprofile.config.UPConfig;
import org.keycloak.userprofile.UserProfileConstants;
import org.keycloak.userprofile.UserProfileProvider;

/** Attributes in which the pack remembers things of a user. */
public final class UserAttributes {

  private static final String DECLARED = "declared";

  private UserAttributes() {}

  /**
   * An attribute that is declared in the user profile of the context's realm, for admins to see and
   * for nobody to change; else an edit of the user would drop it.
   */
  public static RealmNeed declared(
      KeycloakSession session, String name, String displayName, boolean multivalued) {
    UserProfileProvider profile = session.getProvider(UserProfileProvider.class);
    return new RealmNeed(
        "User profile attribute " + name,
        () -> profile.getConfiguration().getAttribute(name) == null ? null : DECLARED,
        DECLARED,
        () -> declare(profile, name, displayName, multivalued));
  }

  private static void declare(
      UserProfileProvider profile, String name, String displayName, boolean multivalued) {
    UPConfig config = profile.getConfiguration();
    UPAttribute attribute =
        new UPAttribute(
            name,
            multivalued,
            new UPAttributePermissions(Set.of(UserProfileConstants.ROLE_ADMIN), Set.of()));
    attribute.setDisplayName(displayName);
    config.addOrReplaceAttribute(attribute);
    profile.setConfiguration(config);
  }
}
