package com.expensicat.keycloak.registration;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.stream.Stream;

/** Tells hosts of the internet from those that only a server behind its firewall reaches. */
final class PublicHost {

  private PublicHost() {}

  /**
   * Whether a host has addresses, and each of them is one of the internet: none of a loopback,
   * private, shared, link-local, multicast or unspecified kind (RFC 6890, RFC 4193).
   *
   * @param host a name, or an address as it stands in a URI
   */
  static boolean isPublic(String host) {
    try {
      return Stream.of(InetAddress.getAllByName(host)).allMatch(PublicHost::isPublic);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean isPublic(InetAddress address) {
    return !address.isAnyLocalAddress()
        && !address.isLoopbackAddress()
        && !address.isLinkLocalAddress()
        && !address.isSiteLocalAddress()
        && !address.isMulticastAddress()
        && !isOfAKindThatJavaDoesNotKnow(address.getAddress(), address instanceof Inet6Address);
  }

  private static boolean isOfAKindThatJavaDoesNotKnow(byte[] octets, boolean isIpv6) {
    int first = octets[0] & 0xFF;
    int second = octets[1] & 0xFF;
    return isIpv6
        ? (first & 0xFE) == 0xFC
        : first == 0 || first >= 240 || (first == 100 && (second & 0xC0) == 64);
  }
}
