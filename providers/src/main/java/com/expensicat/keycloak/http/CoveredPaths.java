package com.expensicat.keycloak.http;

import com.expensicat.keycloak.PackSettings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keycloak.services.resources.KeycloakApplication;

/**
 * The paths at which the rules about bodies hold: the pack's own, and Keycloak's of the pack's
 * realm and of those that the floor covers.
 */
public final class CoveredPaths {

  private static final Pattern OF_A_REALM =
      Pattern.compile("(?:/\\.well-known/[^/]+)?/realms/([^/]+)(?:/.*)?");

  private CoveredPaths() {}

  /** Whether a {@link Addresses#path} is one of them. */
  public static boolean contain(String path) {
    if (Addresses.contains(path) || path.startsWith(Addresses.PROTECTED_RESOURCE)) {
      return true;
    }
    Matcher realm = OF_A_REALM.matcher(path);
    return realm.matches() && isCovered(realm.group(1));
  }

  private static boolean isCovered(String realmName) {
    PackSettings settings = PackSettings.get();
    return realmName.equals(settings.realmName())
        || settings.floorRealms(KeycloakApplication.getSessionFactory()).contains(realmName);
  }
}
