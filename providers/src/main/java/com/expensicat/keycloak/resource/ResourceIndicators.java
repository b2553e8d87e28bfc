package com.expensicat.keycloak.resource;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.http.ParameterRequest;
import com.expensicat.keycloak.scope.ScopeCatalogProvider;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.representations.AccessToken;
import org.keycloak.representations.RefreshToken;

/**
 * The resources that a request names (RFC 8707), and which of the catalog's scopes are left for
 * them. Several of one request are one text here, as {@link ParameterRequest} has made them one.
 */
public final class ResourceIndicators {

  private static final String REQUESTED = ResourceIndicators.class.getName();
  private static final String SUBJECT = REQUESTED + ".subject";

  private ResourceIndicators() {}

  /** The addresses in a text of them. */
  public static List<String> split(String resources) {
    return resources == null || resources.isEmpty()
        ? List.of()
        : Arrays.asList(resources.split(Pattern.quote(ParameterRequest.NEXT_RESOURCE), -1));
  }

  /**
   * What is wrong with the resources that a request names: in the pack's realm each must be one of
   * the realm's.
   *
   * @param resources texts of addresses
   * @return a description in the characters of RFC 6749 5.2; empty where nothing is wrong
   */
  public static Optional<String> flaw(
      KeycloakSession session, RealmModel realm, Collection<String> resources) {
    if (resources.isEmpty() || !PackSettings.get().isPackRealm(realm)) {
      return Optional.empty();
    }
    ProtectedResources known = ProtectedResources.of(session, realm);
    return resources.stream()
            .flatMap(text -> split(text).stream())
            .allMatch(address -> known.at(address).isPresent())
        ? Optional.empty()
        : Optional.of("The resource is not the address of a protected resource");
  }

  /**
   * What is wrong with the resources that a token request names beside those of its grant.
   *
   * @param granted those that the grant was asked for; may be null, and then it is for all
   * @param requested those that tokens are asked for now; may be null
   */
  public static Optional<String> flawBeside(String granted, String requested) {
    List<String> all = split(granted);
    return all.isEmpty()
            || split(requested).stream()
                .allMatch(
                    one -> all.stream().anyMatch(other -> ProtectedResource.isSame(other, one)))
        ? Optional.empty()
        : Optional.of("The grant is not for this resource");
  }

  /**
   * Has tokens of this session's request be for what it names (RFC 8707 2.2). Keycloak forgets that
   * at a refresh that gives a new refresh token.
   *
   * @param resources those that the request names; may be null
   */
  public static void request(KeycloakSession session, String resources) {
    session.setAttribute(REQUESTED, resources);
  }

  /**
   * Has what this session's request exchanges (RFC 8693) be for no resource that the subject token
   * is not for.
   */
  public static void exchange(KeycloakSession session, AccessToken subject) {
    session.setAttribute(SUBJECT, subject);
  }

  /**
   * The resources that tokens of this session's request are for.
   *
   * @param granted those that the grant was asked for; may be null
   * @return empty where nothing says so, and the scopes decide alone
   */
  public static Optional<List<ProtectedResource>> target(
      KeycloakSession session, ProtectedResources known, String granted) {
    List<String> requested = split(session.getAttribute(REQUESTED, String.class));
    List<String> named = requested.isEmpty() ? split(granted) : requested;
    AccessToken subject = session.getAttribute(SUBJECT, AccessToken.class);
    if (named.isEmpty() && subject == null) {
      return Optional.empty();
    }
    return Optional.of(
        known.all().stream()
            .filter(resource -> named.isEmpty() || named.stream().anyMatch(resource::isAt))
            .filter(resource -> subject == null || subject.hasAudience(resource.audience()))
            .toList());
  }

  /**
   * A scope without what of the catalog none of these resources takes.
   *
   * @param scope names divided by spaces
   */
  public static String narrow(
      KeycloakSession session, String scope, Collection<ProtectedResource> resources) {
    return String.join(" ", narrow(session, Arrays.asList(scope.split(" ", -1)), resources));
  }

  /** The same of a list of names. */
  public static List<String> narrow(
      KeycloakSession session, List<String> scopes, Collection<ProtectedResource> resources) {
    ScopeCatalogProvider catalog = session.getProvider(ScopeCatalogProvider.class);
    return scopes.stream()
        .filter(
            name ->
                resources.stream().anyMatch(resource -> resource.scopes().contains(name))
                    || !catalog.contains(name))
        .toList();
  }

  /** The resources that the grant of a refresh token was asked for; null if it was for none. */
  public static String of(RefreshToken token) {
    return token.getOtherClaims().get(OAuth2Constants.RESOURCE) instanceof String text
        ? text
        : null;
  }
}
