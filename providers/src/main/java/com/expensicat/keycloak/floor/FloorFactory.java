package com.expensicat.keycloak.floor;

import com.expensicat.keycloak.PackSettings;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;
import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;
import org.keycloak.services.clientpolicy.ClientPolicyManager;
import org.keycloak.services.clientpolicy.ClientPolicyManagerFactory;

/**
 * Puts the {@link Floor} under Keycloak's client policies. By its {@link #order()} it is the one
 * manager that Keycloak asks, and the stock manager does its work behind it.
 */
public class FloorFactory implements ClientPolicyManagerFactory {

  /** The provider's id, by which its options are named. */
  public static final String PROVIDER_ID = "expensicat-floor";

  private static final Logger logger = Logger.getLogger(FloorFactory.class);

  private static final String ENABLED = "enabled";
  private static final String REALMS = "realms";

  private Coverage coverage;

  @Override
  public String getId() {
    return PROVIDER_ID;
  }

  @Override
  public int order() {
    return 100;
  }

  @Override
  public void init(Config.Scope config) {
    String[] realms = config.getArray(REALMS);
    Set<String> covered =
        realms == null || realms.length == 0
            ? Set.of(PackSettings.fromConfig().realmName())
            : Set.of(realms);
    if (config.getBoolean(ENABLED, true)) {
      coverage = new Coverage(covered);
    } else {
      coverage = new Coverage(Set.of());
      logger.warnf(
          "The floor is switched off by --spi-client-policy-manager--%s--%s=false: codes without"
              + " PKCE S256, inexact redirect URIs and grants that are not offered are left to the"
              + " policies and clients of the realms %s.",
          PROVIDER_ID, ENABLED, covered);
    }
  }

  @Override
  public ClientPolicyManager create(KeycloakSession session) {
    return new Floor(session, coverage, session.getProvider(ClientPolicyManager.class, "default"));
  }

  /** The realms that the floor covers on this server. */
  public static Coverage coverage(KeycloakSession session) {
    return ((FloorFactory)
            session
                .getKeycloakSessionFactory()
                .getProviderFactory(ClientPolicyManager.class, PROVIDER_ID))
        .coverage;
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {}

  @Override
  public void close() {}

  @Override
  public List<ProviderConfigProperty> getConfigMetadata() {
    return ProviderConfigurationBuilder.create()
        .property()
        .name(ENABLED)
        .type(ProviderConfigProperty.BOOLEAN_TYPE)
        .helpText(
            "Whether the floor holds. Switched off, it logs a warning at every start and leaves all"
                + " to the realm's policies.")
        .defaultValue(true)
        .add()
        .property()
        .name(REALMS)
        .type(ProviderConfigProperty.STRING_TYPE)
        .helpText("Names of the realms that the floor covers, divided by commas.")
        .defaultValue("the pack's realm")
        .add()
        .build();
  }
}
