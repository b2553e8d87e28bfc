package com.expensicat.keycloak.registration;

import static java.util.Map.entry;

import com.expensicat.keycloak.floor.OfferedGrants;
import com.expensicat.keycloak.floor.RedirectUris;
import com.expensicat.keycloak.scope.CatalogScope;
import com.expensicat.keycloak.scope.ScopeCatalogProvider;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.keycloak.OAuth2Constants;
import org.keycloak.crypto.Algorithm;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.utils.OIDCResponseType;
import org.keycloak.representations.oidc.OIDCClientRepresentation;
import org.keycloak.util.JsonSerialization;

/**
 * What a client may say of itself (RFC 7591 2, OpenID Connect Registration 2). A field is checked,
 * or known to have no effect and dropped, or refused: so also each address that the server would
 * have to call, such as {@code jwks_uri}. Keycloak takes most of them as they come, and would call
 * whatever a client names.
 */
public final class ClientMetadata {

  /** Client authentication of a public client (RFC 7591 2). */
  public static final String NONE = "none";

  static final String AUTH_METHOD = "token_endpoint_auth_method";
  static final String SCOPE = "scope";
  private static final String JWKS = "jwks";

  /** Columns of Keycloak's database. */
  private static final int LONGEST_ADDRESS = 255;

  private static final int LONGEST_NAME = 100;
  private static final int MOST_ADDRESSES = 10;

  /** Neither control and formatting characters nor what Keycloak would look up as a message. */
  private static final Pattern NAME = Pattern.compile("(?!.*\\$\\{)[^\\p{C}\\p{Zl}\\p{Zp}]+");

  /** How a client may authenticate. */
  public static final List<String> AUTH_METHODS =
      List.of(
          NONE,
          OIDCLoginProtocol.CLIENT_SECRET_BASIC,
          OIDCLoginProtocol.CLIENT_SECRET_POST,
          OIDCLoginProtocol.PRIVATE_KEY_JWT);

  /** What a client may sign assertions and request objects with. */
  public static final List<String> SIGNATURES =
      List.of(
          Algorithm.RS256,
          Algorithm.RS384,
          Algorithm.RS512,
          Algorithm.PS256,
          Algorithm.PS384,
          Algorithm.PS512,
          Algorithm.ES256,
          Algorithm.ES384,
          Algorithm.ES512,
          Algorithm.EdDSA);

  /** Whether each client knows a person by another id: never. */
  public static final List<String> SUBJECT_TYPES = List.of("public");

  /** Scopes of OpenID Connect Core 5.4 and 11; they are no right at the API. */
  public static final Set<String> OF_OPENID =
      Set.of(
          OAuth2Constants.SCOPE_OPENID,
          OAuth2Constants.OFFLINE_ACCESS,
          OAuth2Constants.SCOPE_PROFILE,
          OAuth2Constants.SCOPE_EMAIL,
          OAuth2Constants.SCOPE_ADDRESS,
          OAuth2Constants.SCOPE_PHONE);

  /** Fields that Keycloak does not store, or that have no effect without one that is refused. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          OAuth2Constants.CLIENT_ID,
          OAuth2Constants.CLIENT_SECRET,
          "client_id_issued_at",
          "client_secret_expires_at",
          "registration_client_uri",
          "registration_access_token",
          "application_type",
          "contacts",
          "software_id",
          "software_version",
          "default_max_age",
          "require_auth_time",
          "initiate_login_uri",
          "backchannel_logout_session_required",
          "backchannel_logout_revoke_offline_tokens",
          "frontchannel_logout_session_required");

  private final Map<String, Function<JsonNode, Optional<String>>> rules;
  private final Set<String> scopes;

  /** The rules of the session's realm. */
  ClientMetadata(KeycloakSession session) {
    this(
        session.getProvider(ScopeCatalogProvider.class).scopes().stream().map(CatalogScope::name),
        signature(session.getContext().getRealm()),
        uri -> RedirectUris.flaw(session, uri));
  }

  /**
   * The rules of a realm.
   *
   * @param catalog the names of its scopes
   * @param signature what it signs with
   * @param redirectFlaw why a redirect URI is refused, or empty
   */
  ClientMetadata(
      Stream<String> catalog, String signature, Function<String, Optional<String>> redirectFlaw) {
    this.scopes =
        Stream.concat(catalog, OF_OPENID.stream()).collect(Collectors.toUnmodifiableSet());
    List<String> ofServer = List.of(signature);
    this.rules =
        Map.ofEntries(
            entry(Flaw.REDIRECT_URIS, values -> redirects(values, redirectFlaw)),
            entry("post_logout_redirect_uris", values -> redirects(values, redirectFlaw)),
            entry(
                "grant_types",
                values ->
                    within(values, OfferedGrants.REGISTRABLE, OAuth2Constants.AUTHORIZATION_CODE)),
            entry(
                "response_types",
                values -> within(values, List.of(OIDCResponseType.CODE), OIDCResponseType.CODE)),
            entry(AUTH_METHOD, value -> oneOf(value, AUTH_METHODS)),
            entry("token_endpoint_auth_signing_alg", value -> oneOf(value, SIGNATURES)),
            entry("request_object_signing_alg", value -> oneOf(value, SIGNATURES)),
            entry("id_token_signed_response_alg", value -> oneOf(value, ofServer)),
            entry("authorization_signed_response_alg", value -> oneOf(value, ofServer)),
            entry("subject_type", value -> oneOf(value, SUBJECT_TYPES)),
            entry("client_name", ClientMetadata::name),
            entry("client_uri", ClientMetadata::link),
            entry("logo_uri", ClientMetadata::link),
            entry("tos_uri", ClientMetadata::link),
            entry("policy_uri", ClientMetadata::link),
            entry(SCOPE, this::scope),
            entry(JWKS, ClientKeys::flaw),
            entry("dpop_bound_access_tokens", value -> Optional.empty()),
            entry("require_pushed_authorization_requests", value -> Optional.empty()),
            entry("tls_client_certificate_bound_access_tokens", ClientMetadata::off));
  }

  /** What a realm signs ID tokens and authorization responses with, whatever a client wishes. */
  public static String signature(RealmModel realm) {
    return Optional.ofNullable(realm.getDefaultSignatureAlgorithm()).orElse(Algorithm.RS256);
  }

  /** The first thing that is wrong with the metadata of a client. */
  Optional<Flaw> flaw(OIDCClientRepresentation metadata) {
    JsonNode fields = JsonSerialization.mapper.valueToTree(metadata);
    if (fields.path(Flaw.REDIRECT_URIS).isEmpty()) {
      return Optional.of(new Flaw(Flaw.REDIRECT_URIS, "at least one is needed"));
    }
    if (OIDCLoginProtocol.PRIVATE_KEY_JWT.equals(metadata.getTokenEndpointAuthMethod())
        && metadata.getJwks() == null
        && metadata.getJwksUri() == null) {
      return Optional.of(new Flaw(JWKS, "is needed for " + OIDCLoginProtocol.PRIVATE_KEY_JWT));
    }
    return fields.properties().stream()
        .filter(field -> !isAbsent(field.getValue()))
        .filter(field -> !WITHOUT_EFFECT.contains(field.getKey()))
        .flatMap(
            field ->
                rules
                    .getOrDefault(field.getKey(), value -> Optional.of("is not offered"))
                    .apply(field.getValue())
                    .map(reason -> new Flaw(field.getKey(), reason))
                    .stream())
        .findFirst();
  }

  /** Keycloak's answers have empty lists where there is nothing, and clients send them back. */
  private static boolean isAbsent(JsonNode value) {
    return value.isNull() || (value.isArray() && value.isEmpty());
  }

  private static Optional<String> redirects(
      JsonNode uris, Function<String, Optional<String>> flaw) {
    if (uris.size() > MOST_ADDRESSES) {
      return Optional.of("takes " + MOST_ADDRESSES + " at most");
    }
    return texts(uris)
        .map(
            uri ->
                uri.length() > LONGEST_ADDRESS
                    ? Optional.of("one is longer than " + LONGEST_ADDRESS + " characters")
                    : flaw.apply(uri).map(reason -> "one " + reason))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> within(JsonNode values, List<String> offered, String needed) {
    Set<String> named = texts(values).collect(Collectors.toCollection(HashSet::new));
    return named.isEmpty() || (offered.containsAll(named) && named.contains(needed))
        ? Optional.empty()
        : Optional.of("takes " + String.join(" and ", offered) + ", the first always");
  }

  private static Optional<String> oneOf(JsonNode value, List<String> offered) {
    return unless(
        offered.contains(value.asText()),
        "takes " + offered.stream().sorted().collect(Collectors.joining(", ")));
  }

  private static Optional<String> name(JsonNode value) {
    String name = value.asText();
    return unless(
        name.length() <= LONGEST_NAME && !name.isBlank() && NAME.matcher(name).matches(),
        "takes up to " + LONGEST_NAME + " characters that can be printed");
  }

  /** An address that a person is shown, and that nobody but the person's browser ever calls. */
  private static Optional<String> link(JsonNode value) {
    String address = value.asText();
    return unless(
        address.length() <= LONGEST_ADDRESS && isWebPage(address),
        "takes an https address of up to " + LONGEST_ADDRESS + " characters");
  }

  private static boolean isWebPage(String address) {
    try {
      URI uri = new URI(address);
      return "https".equals(uri.getScheme())
          && uri.getHost() != null
          && uri.getRawUserInfo() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private Optional<String> scope(JsonNode value) {
    return unless(
        names(value.asText()).allMatch(scopes::contains),
        "takes scopes of the catalog and of OpenID Connect only");
  }

  private static Optional<String> off(JsonNode value) {
    return unless(!value.asBoolean(), "is not offered");
  }

  private static Optional<String> unless(boolean good, String reason) {
    return good ? Optional.empty() : Optional.of(reason);
  }

  private static Stream<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(node -> node.asText(""));
  }

  /** The scopes that a {@code scope} names (RFC 6749 3.3). */
  static Stream<String> names(String scope) {
    return Stream.of(scope.split(" ", -1)).filter(Predicate.not(String::isEmpty));
  }

  /** The scopes that registration gives at all. */
  Set<String> scopes() {
    return scopes;
  }
}
