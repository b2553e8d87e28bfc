package com.expensicat.keycloak.it.support.http;

import static java.util.stream.Collectors.joining;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The cookies of one browser (RFC 6265). {@code Secure} cookies go to loopback too, as browsers do
 * it and {@link java.net.CookieManager} does not.
 */
public final class CookieJar {

  /** One cookie; it belongs to a host and, of that, to a path and what is below. */
  public record Cookie(String host, String path, String name, String value) {

    private boolean fits(URI uri) {
      String asked = uri.getPath();
      return host.equals(uri.getHost())
          && asked.startsWith(path)
          && (path.endsWith("/")
              || asked.length() == path.length()
              || asked.charAt(path.length()) == '/');
    }

    private boolean replaces(Cookie other) {
      return host.equals(other.host) && path.equals(other.path) && name.equals(other.name);
    }
  }

  private final List<Cookie> cookies = new ArrayList<>();

  /** All cookies, oldest first. */
  public List<Cookie> all() {
    return List.copyOf(cookies);
  }

  /** Adds a cookie, or replaces the one with its host, path and name. */
  public void put(Cookie cookie) {
    cookies.removeIf(cookie::replaces);
    cookies.add(cookie);
  }

  /** Loses the cookies of that name, whatever their host and path. */
  public void remove(String name) {
    cookies.removeIf(cookie -> cookie.name().equals(name));
  }

  public void clear() {
    cookies.clear();
  }

  /** The value of the {@code Cookie} header of a request to that address. */
  public Optional<String> header(URI uri) {
    return Optional.of(
            cookies.stream()
                .filter(cookie -> cookie.fits(uri))
                .map(cookie -> cookie.name() + "=" + cookie.value())
                .collect(joining("; ")))
        .filter(header -> !header.isEmpty());
  }

  /** Keeps what an answer sets, and drops what it expires. */
  public void store(Answer answer) {
    answer.headers().allValues("Set-Cookie").forEach(header -> store(answer.uri(), header));
  }

  private void store(URI uri, String header) {
    List<String> parts = Stream.of(header.split(";")).map(String::strip).toList();
    String[] pair = parts.get(0).split("=", 2);
    String path = attribute(parts, "path").orElse("/");
    Cookie cookie = new Cookie(uri.getHost(), path, pair[0], pair.length > 1 ? pair[1] : "");
    if (attribute(parts, "max-age").filter("0"::equals).isPresent()) {
      cookies.removeIf(cookie::replaces);
    } else {
      put(cookie);
    }
  }

  private static Optional<String> attribute(List<String> parts, String name) {
    return parts.stream()
        .skip(1)
        .map(part -> part.split("=", 2))
        .filter(part -> part.length > 1 && part[0].toLowerCase(Locale.ROOT).equals(name))
        .map(part -> part[1])
        .findFirst();
  }
}
