package com.expensicat.keycloak.gateway;

import com.expensicat.keycloak.token.ApiRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keycloak.Config;
import org.keycloak.config.ProxyOptions;
import org.keycloak.http.HttpRequest;

/**
 * The request at the API that a gateway asks about, as the gateway tells it in {@code
 * X-Forwarded-Method}, {@code -Proto}, {@code -Host} and {@code -Uri}. What these say counts only
 * where Keycloak itself is set to believe them: by {@code --proxy-headers=xforwarded}, and from the
 * peers of {@code --proxy-trusted-addresses} where that is set.
 */
final class ForwardedRequest {

  private static final String PREFIX = "X-Forwarded-";

  /** A token of RFC 9110 5.6.2. */
  private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private static final Pattern PROTO = Pattern.compile("(?i)https?");

  /** A name, IPv4 or IPv6 address, and a port or none (RFC 9110 7.2). */
  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::([0-9]{1,5}))?");

  /** The path alone: {@code htu} has neither query nor fragment (RFC 9449 4.2). */
  private static final Pattern PATH = Pattern.compile("(/[^?#]*)(?:[?#].*)?");

  private ForwardedRequest() {}

  /** The request that {@code check}, a request for a decision, is about; empty where not known. */
  static Optional<ApiRequest> of(HttpRequest check) {
    return isBelieved(check) ? read(check.getHttpHeaders()::getRequestHeader) : Optional.empty();
  }

  /** Keycloak calls every peer trusted where it is not set to believe forwarded headers at all. */
  private static boolean isBelieved(HttpRequest check) {
    return ProxyOptions.Headers.xforwarded
            .name()
            .equals(Config.scope().root().get(ProxyOptions.PROXY_HEADERS.getKey()))
        && check.isProxyTrusted();
  }

  /**
   * Reads the headers, each of which must be there once.
   *
   * @param headers gives all values of a header, or null
   */
  static Optional<ApiRequest> read(Function<String, List<String>> headers) {
    Optional<Matcher> method = header(headers, "Method", METHOD);
    Optional<Matcher> proto = header(headers, "Proto", PROTO);
    Optional<Matcher> host = header(headers, "Host", HOST);
    Optional<Matcher> path = header(headers, "Uri", PATH);
    if (method.isEmpty() || proto.isEmpty() || host.isEmpty() || path.isEmpty()) {
      return Optional.empty();
    }
    try {
      String scheme = proto.get().group().toLowerCase(Locale.ROOT);
      String authority = host.get().group(1) + port(scheme, host.get().group(2));
      URI address = new URI(scheme + "://" + authority + path.get().group(1));
      return Optional.of(new ApiRequest(method.get().group(), address));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static Optional<Matcher> header(
      Function<String, List<String>> headers, String name, Pattern form) {
    List<String> values = headers.apply(PREFIX + name);
    return values == null || values.size() != 1
        ? Optional.empty()
        : Optional.of(form.matcher(values.get(0))).filter(Matcher::matches);
  }

  /** A scheme's own port is left out (RFC 3986 6.2.3). */
  private static String port(String scheme, String port) {
    return port == null || port.equals("https".equals(scheme) ? "443" : "80") ? "" : ":" + port;
  }
}
