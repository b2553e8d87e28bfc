package com.expensicat.keycloak;

import java.util.List;
import org.keycloak.Config;
import org.keycloak.models.RealmModel;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;

/**
 * The settings that every part of the pack needs, read once from the server's options ({@code
 * --spi-expensicat--realm--…}).
 *
 * @param realmName name of the one realm that the pack serves
 * @param audience the API's audience: the {@code aud} of access tokens that hold a scope of the
 *     catalog, and the client id of the resource server
 */
public record PackSettings(String realmName, String audience) {

  /** Name of the pack's own SPI, and with it the first part of its options' names. */
  public static final String SPI = "expensicat";

  /** Id of the provider whose options these are. */
  public static final String PROVIDER_ID = "realm";

  private static final String NAME = "name";
  private static final String AUDIENCE = "audience";
  private static final String DEFAULT_NAME = "expensicat";
  private static final String DEFAULT_AUDIENCE = "expensicat-api";

  /** Reads the settings from the server's configuration. */
  public static PackSettings fromConfig() {
    Config.Scope config = Config.scope(SPI, PROVIDER_ID);
    return new PackSettings(config.get(NAME, DEFAULT_NAME), config.get(AUDIENCE, DEFAULT_AUDIENCE));
  }

  /** Whether {@code realm} is the realm that the pack serves. */
  public boolean isPackRealm(RealmModel realm) {
    return realm != null && realmName.equals(realm.getName());
  }

  /** The options, as the server's info page and the README show them. */
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
        .build();
  }
}
