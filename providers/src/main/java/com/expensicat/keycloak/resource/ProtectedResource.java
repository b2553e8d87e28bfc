package com.expensicat.keycloak.resource;

import com.expensicat.keycloak.http.Addresses;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server that takes access tokens of the realm.
 *
 * @param audience its name in {@code aud}, and the client id by which it introspects
 * @param name what people call it; absent unless set
 * @param address its resource identifier (RFC 9728 1.2), which tokens for it have in {@code aud}
 *     too; absent unless set
 * @param scopes the scopes of the catalog that it takes, in the catalog's order
 */
public record ProtectedResource(
    String audience, Optional<String> name, Optional<String> address, List<String> scopes) {

  private static final Pattern EMPTY_PATH = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://[^/?#]+)/");

  /** What people call it: its name, else the host of its address, else its audience. */
  public String title() {
    return name.or(() -> address.map(URI::create).map(URI::getHost)).orElse(audience);
  }

  /** Whether it takes one of these scopes at least. */
  public boolean takesAny(Collection<String> names) {
    return scopes.stream().anyMatch(names::contains);
  }

  /**
   * Whether this is the one at {@code resource}, letter by letter: so nobody gets a token for it by
   * sending a client here in the name of another server. The two forms of an empty path are one
   * (RFC 3986 6.2.3), as of the clients of MCP some write a slash there.
   */
  boolean isAt(String resource) {
    return address.filter(own -> isSame(own, resource)).isPresent();
  }

  static boolean isSame(String address, String resource) {
    return withoutEmptyPath(address).equals(withoutEmptyPath(resource));
  }

  private static String withoutEmptyPath(String address) {
    Matcher parts = EMPTY_PATH.matcher(address);
    return parts.matches() ? parts.group(1) : address;
  }

  /** Whether {@code aud} names it so. */
  public boolean isNamed(String audienceOrAddress) {
    return audience.equals(audienceOrAddress) || isAt(audienceOrAddress);
  }

  /** Whether the metadata of one at {@code other} would be where its own is. */
  boolean hasPathOf(String other) {
    return hasPath(Addresses.pathOf(other));
  }

  /** Whether its metadata is at that path. */
  boolean hasPath(String path) {
    return address.filter(own -> Addresses.pathOf(own).equals(path)).isPresent();
  }
}
