package com.expensicat.keycloak.http;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.keycloak.common.util.KeycloakUriBuilder;

/** The pack's addresses, below the root of the server. */
public final class Addresses {

  /** The path below which all of them are. */
  public static final String ROOT = "/api/auth/oauth2";

  /** Below this is the metadata of protected resources, by their paths (RFC 9728 3.1). */
  public static final String PROTECTED_RESOURCE = "/.well-known/oauth-protected-resource";

  /** The guide for developers, at the root itself. */
  static final String GUIDE = "";

  public static final String AUTHORIZE = "authorize";
  public static final String TOKEN = "token";
  public static final String INTROSPECT = "introspect";
  public static final String REVOKE = "revoke";
  public static final String USERINFO = "userinfo";
  public static final String JWKS = "jwks";
  public static final String PAR = "par";
  public static final String REGISTER = "register";
  public static final String SCOPES = "scopes";
  public static final String CHECK = "check";
  public static final String OPENAPI_JSON = "openapi.json";
  public static final String OPENAPI_YAML = "openapi.yaml";

  private static final Set<String> GET = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final Set<String> POST = Set.of(HttpMethod.POST);
  private static final Set<String> GET_AND_POST =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST);
  private static final Set<String> REGISTERED =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.PUT, HttpMethod.DELETE);

  /** What is below the root, and the methods that it takes. */
  static final Map<String, Set<String>> METHODS =
      Map.ofEntries(
          Map.entry(GUIDE, GET),
          Map.entry(AUTHORIZE, GET_AND_POST),
          Map.entry(TOKEN, POST),
          Map.entry(INTROSPECT, POST),
          Map.entry(REVOKE, POST),
          Map.entry(USERINFO, GET_AND_POST),
          Map.entry(JWKS, GET),
          Map.entry(PAR, POST),
          Map.entry(REGISTER, POST),
          Map.entry(SCOPES, GET),
          Map.entry(OPENAPI_JSON, GET),
          Map.entry(OPENAPI_YAML, GET));

  private static final String PATH = Addresses.class.getName() + ".path";

  private Addresses() {}

  /** The address of the guide on the server at {@code baseUri}. */
  public static String ofGuide(URI baseUri) {
    return of(baseUri, "/");
  }

  /** The address of an operation on the server at {@code baseUri}. */
  public static String of(URI baseUri, String operation) {
    return KeycloakUriBuilder.fromUri(baseUri).path(ROOT).path(operation).build().toString();
  }

  /**
   * The address of a protected resource's metadata on the server at {@code baseUri}: where the
   * resource itself would have it (RFC 9728 3.1), were it on this host.
   *
   * @param resource the resource's address
   */
  public static String ofMetadata(URI baseUri, String resource) {
    return KeycloakUriBuilder.fromUri(baseUri)
        .path(PROTECTED_RESOURCE)
        .path(pathOf(resource))
        .build()
        .toString();
  }

  /** The path of a resource's address; an empty one has two forms (RFC 3986 6.2.3). */
  public static String pathOf(String resource) {
    String path = URI.create(resource).getPath();
    return path.equals("/") ? "" : path;
  }

  /** The path of a request, with a slash in front, below the one that the server is mounted at. */
  public static String path(UriInfo uri) {
    String base = uri.getBaseUri().getPath();
    String path = uri.getRequestUri().getPath();
    return path.startsWith(base) ? "/" + path.substring(base.length()) : path;
  }

  /** The same of a request that goes through filters, for which it is made once. */
  public static String path(ContainerRequestContext request) {
    if (request.getProperty(PATH) instanceof String known) {
      return known;
    }
    String path = path(request.getUriInfo());
    request.setProperty(PATH, path);
    return path;
  }

  /** Whether a {@link #path} is one of the pack's. */
  static boolean contains(String path) {
    return path.equals(ROOT) || path.startsWith(ROOT + "/");
  }

  /** Whether a {@link #path} is the one for gateways, which makes nothing of method and body. */
  public static boolean isCheck(String path) {
    return path.equals(ROOT + '/' + CHECK);
  }

  /** Whether a {@link #path} is one of the pack's that no browser is led to. */
  static boolean isForPrograms(String path) {
    return contains(path)
        && !path.equals(ROOT)
        && !path.equals(ROOT + '/' + GUIDE)
        && !path.equals(ROOT + '/' + AUTHORIZE);
  }

  /**
   * The methods that a path of the pack takes, {@code OPTIONS} aside.
   *
   * @return none if there is nothing at that path
   */
  static Set<String> methods(String path) {
    String operation = path.length() > ROOT.length() ? path.substring(ROOT.length() + 1) : "";
    return operation.startsWith(REGISTER + "/")
        ? REGISTERED
        : METHODS.getOrDefault(operation, Set.of());
  }
}
