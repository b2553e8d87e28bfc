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

  private UserAttributes() {}

  /**
   * Declares an attribute in the user profile of the context's realm, for admins to see and for
   * nobody to change; else an edit of the user would drop it.
   */
  public static void declare(
      KeycloakSession session, String name, String displayName, boolean multivalued) {
    UserProfileProvider profile = session.getProvider(UserProfileProvider.class);
    UPConfig config = profile.getConfiguration();
    if (config.getAttribute(name) == null) {
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
}
