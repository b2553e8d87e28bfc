package com.expensicat.keycloak;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.resourceindicators.ResourceIndicatorValidation;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.services.clientpolicy.ClientPolicyManager;

/**
 * The settings that every part of the pack needs, read once from the server's options ({@code
 * --spi-expensicat--realm--…}), and with them where the pack is at work: all of it in its own
 * realm, and its floor in the realms that the floor covers.
 *
 * @param realmName name of the one realm that the pack serves
 * @param audience the API's audience: the {@code aud} of access tokens that hold a scope of the
 *     catalog, and the client id of the resource server
 * @param apiAddress the API's address, which these tokens have in {@code aud} too; absent unless
 *     set
 * @param grantsPerApplication how many grants a person may have given to one application; above
 *     that the one longest unused ends
 * @param requestParameters parameters of authorization requests, beyond those of OAuth, OpenID
 *     Connect and Keycloak, that anything in the realm reads
 * @param floorRealms names of the realms that the floor is to cover, by the options of the floor:
 *     the pack's own unless others are named, and none where it is switched off
 */
public record PackSettings(
    String realmName,
    String audience,
    Optional<String> apiAddress,
    int grantsPerApplication,
    Set<String> requestParameters,
    Set<String> floorRealms) {

  /** Name of the pack's own SPI, and with it the first part of its options' names. */
  public static final String SPI = "expensicat";

  /** Id of the provider whose options these are. */
  public static final String PROVIDER_ID = "realm";

  /** Id of the floor among Keycloak's client policy managers. */
  public static final String FLOOR = "expensicat-floor";

  private static final String FLOOR_SPI = "client-policy-manager";
  private static final String ENFORCE = "enforce";
  private static final String REALMS = "realms";

  private static final String NAME = "name";
  private static final String AUDIENCE = "audience";
  private static final String API_ADDRESS = "api-address";
  private static final String GRANTS = "grants-per-application";
  private static final String REQUEST_PARAMETERS = "request-parameters";
  private static final String DEFAULT_NAME = "expensicat";
  private static final String DEFAULT_AUDIENCE = "expensicat-api";
  private static final int DEFAULT_GRANTS = 20;

  private static volatile PackSettings ofServer;

  /**
   * The settings of this server, which are read from its configuration when they are asked for the
   * first time.
   *
   * @throws IllegalArgumentException if the API's address is not an absolute URI without query and
   *     fragment
   */
  public static PackSettings get() {
    if (ofServer == null) {
      ofServer = fromConfig();
    }
    return ofServer;
  }

  private static PackSettings fromConfig() {
    Config.Scope config = Config.scope(SPI, PROVIDER_ID);
    String realmName = config.get(NAME, DEFAULT_NAME);
    return new PackSettings(
        realmName,
        config.get(AUDIENCE, DEFAULT_AUDIENCE),
        address(config.get(API_ADDRESS)),
        Math.max(1, config.getInt(GRANTS, DEFAULT_GRANTS)),
        names(config, REQUEST_PARAMETERS),
        floorRealms(Config.scope(FLOOR_SPI, FLOOR), realmName));
  }

  private static Set<String> floorRealms(Config.Scope floor, String ownRealm) {
    if (!floor.getBoolean(ENFORCE, true)) {
      return Set.of();
    }
    Set<String> named = names(floor, REALMS);
    return named.isEmpty() ? Set.of(ownRealm) : named;
  }

  private static Set<String> names(Config.Scope config, String option) {
    String[] names = config.getArray(option);
    return names == null ? Set.of() : Set.copyOf(Arrays.asList(names));
  }

  static Optional<String> address(String configured) {
    Optional<String> address =
        Optional.ofNullable(configured).filter(Predicate.not(String::isBlank));
    if (!address.map(PackSettings::isAddress).orElse(true)) {
      throw new IllegalArgumentException(
          "The option spi--%s--%s--%s is not an absolute URI without query and fragment: %s"
              .formatted(SPI, PROVIDER_ID, API_ADDRESS, configured));
    }
    return address;
  }

  /** Whether a text can be the address of a protected resource (RFC 9728 1.2, RFC 8707 2). */
  public static boolean isAddress(String text) {
    return ResourceIndicatorValidation.isValidResourceIndicator(text);
  }

  /** Whether {@code realm} is the realm that the pack serves. */
  public boolean isPackRealm(RealmModel realm) {
    return realm != null && realmName.equals(realm.getName());
  }

  /**
   * Names of the realms that the floor covers on this server. Keycloak itself has options that take
   * a provider out or choose another one; then there are none.
   */
  public Set<String> floorRealms(KeycloakSessionFactory factory) {
    ProviderFactory<?> manager = factory.getProviderFactory(ClientPolicyManager.class);
    return manager != null && FLOOR.equals(manager.getId()) ? floorRealms : Set.of();
  }

  /** Whether the floor covers {@code realm}. */
  public boolean hasFloor(KeycloakSession session, RealmModel realm) {
    return realm != null
        && floorRealms(session.getKeycloakSessionFactory()).contains(realm.getName());
  }

  /** The options of the floor, as the server's info page and {@code docs/options.md} show them. */
  public static List<ProviderConfigProperty> floorOptions() {
    return ProviderConfigurationBuilder.create()
        .property()
        .name(ENFORCE)
        .type(ProviderConfigProperty.BOOLEAN_TYPE)
        .helpText(
            "Whether the floor holds. Switched off, it logs a warning at every start and leaves all"
                + " to the realm's policies.")
        .defaultValue(true)
        .add()
        .property()
        .name(REALMS)
        .type(ProviderConfigProperty.STRING_TYPE)
        .helpText(
            "Names of the realms that the floor covers, divided by commas; the pack's realm unless"
                + " set.")
        .add()
        .build();
  }

  /** The options, as the server's info page and {@code docs/options.md} show them. */
  public static List<ProviderConfigProperty> options() {
    return ProviderConfigurationBuilder.create()
        .property()
        .name(NAME)
        .type(ProviderConfigProperty.STRING_TYPE)
        .helpText("Name of the realm that the pack serves.")
        .defaultValue(DEFAULT_NAME)
        .add()
        .property()
        .name(AUDIENCE)
        .type(ProviderConfigProperty.STRING_TYPE)
        .helpText(
            "The API's audience, in aud of access tokens that hold a scope of the catalog; also the"
                + " client id of the resource server.")
        .defaultValue(DEFAULT_AUDIENCE)
        .add()
        .property()
        .name(API_ADDRESS)
        .type(ProviderConfigProperty.STRING_TYPE)
        .helpText(
            "The API's address, an absolute URI without query and fragment: in aud beside the"
                + " audience, and a resource (RFC 8707) that a client may name. The realm may have"
                + " another one, and further resources.")
        .add()
        .property()
        .name(GRANTS)
        .type(ProviderConfigProperty.INTEGER_TYPE)
        .helpText(
            "How many grants a person may have given to one application, one at least; above that"
                + " the one longest unused ends.")
        .defaultValue(DEFAULT_GRANTS)
        .add()
        .property()
        .name(REQUEST_PARAMETERS)
        .type(ProviderConfigProperty.STRING_TYPE)
        .helpText(
            "Names of further parameters of authorization requests, divided by commas, that identity"
                + " providers of the realm forward or authenticators read: of a pushed request"
                + " these are kept too.")
        .add()
        .build();
  }
}
