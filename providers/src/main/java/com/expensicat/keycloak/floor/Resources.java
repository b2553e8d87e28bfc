package com.expensicat.keycloak.floor;

import com.expensicat.keycloak.PackSettings;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keycloak.models.RealmModel;

/**
 * The resources that a request may name (RFC 8707 2). In the pack's realm each must be the API's
 * address, letter by letter, so that nobody gets a token for the API by sending a client here in
 * the name of another server; where no address is set, none is known. The two forms of an empty
 * path are one (RFC 3986 6.2.3): of the clients of MCP some write a slash there.
 */
public final class Resources {

  private static final Pattern EMPTY_PATH = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://[^/?#]+)/");

  private Resources() {}

  /**
   * What is wrong with the resources that a request names.
   *
   * @return a description in the characters of RFC 6749 5.2; empty where nothing is wrong
   */
  public static Optional<String> flaw(RealmModel realm, Collection<String> resources) {
    return PackSettings.get().isPackRealm(realm) && !resources.stream().allMatch(Resources::isApi)
        ? Optional.of("The resource is not the address of the API")
        : Optional.empty();
  }

  private static boolean isApi(String resource) {
    return PackSettings.get().apiAddress().filter(api -> isSame(api, resource)).isPresent();
  }

  static boolean isSame(String address, String resource) {
    return withoutEmptyPath(address).equals(withoutEmptyPath(resource));
  }

  private static String withoutEmptyPath(String address) {
    Matcher parts = EMPTY_PATH.matcher(address);
    return parts.matches() ? parts.group(1) : address;
  }
}
