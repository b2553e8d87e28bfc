package com.expensicat.keycloak.floor;

import com.expensicat.keycloak.client.BuiltInClients;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCAdvancedConfigWrapper;
import org.keycloak.protocol.oidc.utils.RedirectUtils;
import org.keycloak.urls.UrlType;

/**
 * Exact matching of redirect URIs (RFC 9700 4.1.3): a URI is one that the client has registered,
 * letter for letter, and a {@code *} in a registered one matches nothing. The one exception is RFC
 * 8252 7.3: what a public client has registered on a loopback address matches on any port.
 *
 * <p>Keycloak's own check runs as well and is not replaced; it sees a {@link LoopbackClient}.
 */
public final class RedirectUris {

  private static final Pattern PRIVATE_SCHEME =
      Pattern.compile("[a-z][a-z0-9+-]*(?:\\.[a-z0-9+-]+)+");

  private RedirectUris() {}

  /**
   * The redirect URI that a request's {@code redirect_uri} stands for.
   *
   * @param requested the parameter, or null; without it a client's only registered URI is meant
   *     (RFC 6749 3.1.2.3)
   * @return the URI, or empty if it is not a registered one
   */
  public static Optional<String> match(
      KeycloakSession session, ClientModel client, String requested) {
    Set<String> registered = absolute(session, client, client.getRedirectUris());
    if (requested == null) {
      return registered.size() == 1
          ? registered.stream().filter(RedirectUris::isExact).findFirst()
          : Optional.empty();
    }
    return match(session, client, registered, requested).map(match -> requested);
  }

  /**
   * The registered address to go to after a sign-out that a request's {@code
   * post_logout_redirect_uri} stands for; Keycloak's {@code +}, or none registered at all, means
   * the redirect URIs.
   *
   * @return the address as it is registered, which differs by no more than a loopback port; empty
   *     if there is none
   */
  public static Optional<String> matchAfterSignOut(
      KeycloakSession session, ClientModel client, String requested) {
    return match(
        session,
        client,
        absolute(
            session,
            client,
            Set.copyOf(
                OIDCAdvancedConfigWrapper.fromClientModel(client).getPostLogoutRedirectUris())),
        requested);
  }

  private static Set<String> absolute(
      KeycloakSession session, ClientModel client, Set<String> registered) {
    return RedirectUtils.resolveValidRedirects(session, client.getRootUrl(), registered);
  }

  /** Whether a URI is a registered one but for its loopback port (RFC 8252 7.3). */
  static boolean matchesOnLoopback(KeycloakSession session, ClientModel client, String requested) {
    return absolute(session, client, client.getRedirectUris()).stream()
        .anyMatch(registered -> sameLoopback(client, registered, requested));
  }

  private static Optional<String> match(
      KeycloakSession session, ClientModel client, Set<String> registered, String requested) {
    if (registered.contains(requested) && isExact(requested)) {
      return Optional.of(requested);
    }
    return registered.stream()
        .filter(uri -> sameLoopback(client, uri, requested))
        .findFirst()
        .or(
            () ->
                isPageOfConsole(session, client, requested)
                    ? Optional.of(requested)
                    : Optional.empty());
  }

  /**
   * Keycloak's own consoles have wildcards for their pages; those on this very server are left to
   * Keycloak's check.
   */
  private static boolean isPageOfConsole(
      KeycloakSession session, ClientModel client, String requested) {
    return BuiltInClients.contains(client)
        && Stream.of(UrlType.FRONTEND, UrlType.ADMIN)
            .map(type -> session.getContext().getUri(type).getBaseUri().toString())
            .anyMatch(requested::startsWith);
  }

  /**
   * What is wrong with a URI that a client registers for itself: only {@code https}, {@code http}
   * on loopback (RFC 8252 7.3) and private schemes with a dot in them (RFC 8252 7.1) will do,
   * without user information, fragment or wildcard; and what Keycloak's own check would refuse at
   * authorize, such as a query with a parameter of the answer.
   *
   * @return why it is refused, or empty if it may be registered
   */
  public static Optional<String> flaw(KeycloakSession session, String uri) {
    return flaw(uri)
        .or(
            () ->
                RedirectUtils.verifyRedirectUri(session, null, uri, Set.of(uri), true) == null
                    ? Optional.of("has a parameter that is one of the answer, such as state")
                    : Optional.empty());
  }

  /** The same, but for Keycloak's own check. */
  public static Optional<String> flaw(String uri) {
    URI parsed;
    try {
      parsed = new URI(uri);
    } catch (URISyntaxException e) {
      return Optional.of("is no URI");
    }
    if (!isExact(uri)) {
      return Optional.of("has a fragment or a wildcard");
    }
    if (!parsed.isAbsolute() || parsed.isOpaque()) {
      return Optional.of("is not an absolute address");
    }
    if (parsed.getRawUserInfo() != null
        || (parsed.getRawAuthority() != null && parsed.getRawAuthority().contains("@"))) {
      return Optional.of("has user information");
    }
    boolean fits =
        switch (parsed.getScheme()) {
          case "https" -> parsed.getHost() != null;
          case "http" -> LoopbackUri.of(uri).isPresent();
          default -> PRIVATE_SCHEME.matcher(parsed.getScheme()).matches();
        };
    return fits
        ? Optional.empty()
        : Optional.of("is neither https, nor http on loopback, nor a private scheme with a dot");
  }

  private static boolean sameLoopback(ClientModel client, String registered, String requested) {
    return client.isPublicClient()
        && isExact(requested)
        && portless(registered).isPresent()
        && portless(registered).equals(portless(requested))
        && URI.create(requested).getUserInfo() == null;
  }

  private static Optional<LoopbackUri> portless(String uri) {
    return LoopbackUri.of(uri).map(loopback -> loopback.at(""));
  }

  /** RFC 6749 3.1.2 allows no fragment; a {@code *} is a wildcard to Keycloak. */
  private static boolean isExact(String uri) {
    return uri.indexOf('*') < 0 && uri.indexOf('#') < 0;
  }
}
