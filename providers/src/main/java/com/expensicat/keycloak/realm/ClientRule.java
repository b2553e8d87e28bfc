package com.expensicat.keycloak.realm;

import static com.expensicat.keycloak.database.ClientSearch.hasAttribute;
import static com.expensicat.keycloak.realm.ClientRule.Effect.CHANGED;
import static com.expensicat.keycloak.realm.ClientRule.Effect.REFUSED;

import com.expensicat.keycloak.consent.RequiredConsent;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.CibaConfig;
import org.keycloak.models.ClientModel;
import org.keycloak.models.Constants;
import org.keycloak.models.OAuth2DeviceConfig;
import org.keycloak.protocol.oidc.OIDCConfigAttributes;

/**
 * What the pack refuses a client that Keycloak alone does not, or changes of its settings. Each
 * rule is there twice, for the database to find the clients that it meets among any number, and for
 * one client to say what it meets.
 */
@SuppressWarnings("ImmutableEnumChecker") // lambdas without state
public enum ClientRule {
  REDIRECT_WILDCARD(
      REFUSED,
      "A redirect URI with a wildcard matches nothing",
      takesCodes() + " and " + hasRedirectUri("u like '%*%'"),
      client -> redirectUris(client, uri -> uri.indexOf('*') >= 0)),

  REDIRECT_OUT_OF_BAND(
      REFUSED,
      "The redirect URI for an application without a browser's redirect matches nothing",
      takesCodes() + " and " + hasRedirectUri("u = '" + Constants.INSTALLED_APP_URN + "'"),
      client -> redirectUris(client, Constants.INSTALLED_APP_URN::equals)),

  NO_REDIRECT(
      REFUSED,
      "None of its redirect URIs can match, so nobody can sign in",
      takesCodes()
          + " and c.redirectUris is not empty and not "
          + hasRedirectUri("u not like '%*%' and u <> '" + Constants.INSTALLED_APP_URN + "'"),
      client ->
          flag(
              takesCodes(client)
                  && !client.getRedirectUris().isEmpty()
                  && client.getRedirectUris().stream().noneMatch(ClientRule::canMatch))),

  SIGN_OUT_WILDCARD(
      REFUSED,
      "An address to go to after a sign-out that has a wildcard matches nothing",
      hasAttribute(OIDCConfigAttributes.POST_LOGOUT_REDIRECT_URIS, "a.value like '%*%'"),
      client ->
          Stream.ofNullable(client.getAttribute(OIDCConfigAttributes.POST_LOGOUT_REDIRECT_URIS))
              .flatMap(uris -> Stream.of(uris.split(Constants.CFG_DELIMITER, -1)))
              .filter(uri -> uri.indexOf('*') >= 0)),

  IMPLICIT(
      REFUSED,
      "Response types other than code are not offered (implicit flow)",
      "c.implicitFlowEnabled = true",
      client -> flag(client.isImplicitFlowEnabled())),

  PASSWORD(
      REFUSED,
      "The password grant is not offered (direct access grants)",
      "c.directAccessGrantsEnabled = true",
      client -> flag(client.isDirectAccessGrantsEnabled())),

  DEVICE(
      REFUSED,
      "The device grant is not offered",
      isOn(OAuth2DeviceConfig.OAUTH2_DEVICE_AUTHORIZATION_GRANT_ENABLED),
      client -> flag(isOn(client, OAuth2DeviceConfig.OAUTH2_DEVICE_AUTHORIZATION_GRANT_ENABLED))),

  CIBA(
      REFUSED,
      "The CIBA grant is not offered",
      isOn(CibaConfig.OIDC_CIBA_GRANT_ENABLED),
      client -> flag(isOn(client, CibaConfig.OIDC_CIBA_GRANT_ENABLED))),

  JWT_GRANT(
      REFUSED,
      "The JWT authorization grant (RFC 7523) is not offered",
      isOn(OIDCConfigAttributes.JWT_AUTHORIZATION_GRANT_ENABLED),
      client -> flag(isOn(client, OIDCConfigAttributes.JWT_AUTHORIZATION_GRANT_ENABLED))),

  SERVICE_ACCOUNT_SCOPE(
      REFUSED,
      "A service account gets a scope of the catalog only where it is a default scope",
      "c.serviceAccountsEnabled = true and " + hasScope("SERVICE_ACCOUNT_SCOPE", false),
      (client, scopes) ->
          client.isServiceAccountsEnabled() ? assigned(client, scopes, false) : Stream.empty()),

  SCOPE_BY_DEFAULT(
      CHANGED,
      "A scope that the realm gives to every client by default becomes an optional one, which is to"
          + " be asked for, and which no service account gets",
      hasScope("SCOPE_BY_DEFAULT", true),
      (client, scopes) -> assigned(client, scopes, true)),

  PKCE(
      CHANGED,
      "It is set to PKCE with S256, and an authorization request without is refused",
      takesCodes() + " and " + ClientBaseline.LACKS_S256,
      client ->
          otherwise(
              takesCodes(client),
              client,
              OIDCConfigAttributes.PKCE_CODE_CHALLENGE_METHOD,
              OAuth2Constants.PKCE_METHOD_S256)),

  CONSENT(
      CHANGED,
      "People are asked for consent, unless it is marked first-party",
      takesCodes() + " and " + RequiredConsent.IS_MISSING,
      client -> flag(takesCodes(client) && RequiredConsent.isMissing(client))),

  TOKEN_FORM(
      CHANGED,
      "Its access tokens have the form of RFC 9068 (typ at+jwt)",
      ClientBaseline.LACKS_RFC9068,
      client ->
          otherwise(
              true, client, OIDCConfigAttributes.USE_RFC9068_ACCESS_TOKEN_HEADER_TYPE, "true"));

  /** What becomes of a client that a rule meets. */
  public enum Effect {
    /** What it is set to do is refused at use; its settings stay. */
    REFUSED,
    /** Its settings are changed when the realm is taken over, or when it is saved. */
    CHANGED
  }

  private final Effect effect;
  private final String text;
  private final String condition;
  private final BiFunction<ClientModel, Set<String>, Stream<String>> values;

  private final boolean isAboutScopes;

  ClientRule(
      Effect effect, String text, String condition, Function<ClientModel, Stream<String>> values) {
    this(effect, text, condition, false, (client, scopes) -> values.apply(client));
  }

  /** One about scopes, whose ids the condition has as a parameter of the rule's name. */
  ClientRule(
      Effect effect,
      String text,
      String condition,
      BiFunction<ClientModel, Set<String>, Stream<String>> values) {
    this(effect, text, condition, true, values);
  }

  ClientRule(
      Effect effect,
      String text,
      String condition,
      boolean isAboutScopes,
      BiFunction<ClientModel, Set<String>, Stream<String>> values) {
    this.effect = effect;
    this.text = text;
    this.condition = condition;
    this.isAboutScopes = isAboutScopes;
    this.values = values;
  }

  public Effect effect() {
    return effect;
  }

  /** What an admin is to know, in English. */
  public String text() {
    return text;
  }

  /** Whether it is about scopes that others made, and so nothing where there are none. */
  boolean isAboutScopes() {
    return isAboutScopes;
  }

  /** The condition that an application meets the rule (see {@code ClientSearch}). */
  String condition() {
    return condition;
  }

  /**
   * What of an application meets the rule: addresses, scopes, or an empty text where there is no
   * more to say.
   *
   * @param scopes names of the scopes that the rule is about
   */
  Stream<String> values(ClientModel client, Set<String> scopes) {
    return values.apply(client, scopes);
  }

  private static String hasScope(String parameter, boolean byDefault) {
    return "exists (select 1 from ClientScopeClientMappingEntity m where m.clientId = c.id"
        + " and m.defaultScope = %s and m.clientScopeId in (:%s))".formatted(byDefault, parameter);
  }

  private static Stream<String> assigned(
      ClientModel client, Set<String> scopes, boolean byDefault) {
    return client.getClientScopes(byDefault).keySet().stream().filter(scopes::contains).sorted();
  }

  private static String takesCodes() {
    return "c.standardFlowEnabled = true and c.bearerOnly = false";
  }

  private static boolean takesCodes(ClientModel client) {
    return client.isStandardFlowEnabled() && !client.isBearerOnly();
  }

  private static String hasRedirectUri(String condition) {
    return "exists (select 1 from c.redirectUris u where " + condition + ")";
  }

  private static Stream<String> redirectUris(ClientModel client, Predicate<String> condition) {
    return takesCodes(client)
        ? client.getRedirectUris().stream().filter(condition).sorted()
        : Stream.empty();
  }

  /** Keycloak stores no fragment, and makes another address of the out-of-band one. */
  private static boolean canMatch(String uri) {
    return uri.indexOf('*') < 0 && !uri.equals(Constants.INSTALLED_APP_URN);
  }

  private static String isOn(String attribute) {
    return hasAttribute(attribute, "lower(a.value) = 'true'");
  }

  private static boolean isOn(ClientModel client, String attribute) {
    return Boolean.parseBoolean(client.getAttribute(attribute));
  }

  private static Stream<String> flag(boolean met) {
    return met ? Stream.of("") : Stream.empty();
  }

  /** What an attribute says in place of what it is to say. */
  private static Stream<String> otherwise(
      boolean concerned, ClientModel client, String attribute, String wanted) {
    String found = Objects.requireNonNullElse(client.getAttribute(attribute), "");
    return concerned && !found.equals(wanted) ? Stream.of(found) : Stream.empty();
  }
}
