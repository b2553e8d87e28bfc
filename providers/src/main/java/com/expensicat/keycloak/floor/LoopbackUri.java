package com.expensicat.keycloak.floor;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An {@code http} address on loopback (RFC 8252 7.3).
 *
 * @param host scheme and host, such as {@code http://localhost}
 * @param port the port with its colon, or an empty text
 * @param rest path and query, or an empty text
 */
public record LoopbackUri(String host, String port, String rest) {

  private static final Pattern FORM =
      Pattern.compile("(http://(?:127\\.0\\.0\\.1|\\[::1]|localhost))(:[0-9]{1,5})?([/?].*)?");

  /** Reads an address; empty if it is on no loopback address. */
  public static Optional<LoopbackUri> of(String uri) {
    Matcher parts = FORM.matcher(uri);
    return parts.matches()
        ? Optional.of(new LoopbackUri(parts.group(1), text(parts.group(2)), text(parts.group(3))))
        : Optional.empty();
  }

  private static String text(String part) {
    return part == null ? "" : part;
  }

  public boolean hasPort() {
    return !port.isEmpty();
  }

  /** The same address on another port, or without one. */
  public LoopbackUri at(String otherPort) {
    return new LoopbackUri(host, otherPort, rest);
  }

  @Override
  public String toString() {
    return host + port + rest;
  }
}
