package com.expensicat.keycloak.floor;

import com.expensicat.keycloak.InformingProviderFactory;
import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.ReplacingProviderFactory;
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
public class FloorFactory
    implements ClientPolicyManagerFactory,
        InformingProviderFactory<ClientPolicyManager>,
        ReplacingProviderFactory<ClientPolicyManager> {

  private static final Logger logger = Logger.getLogger(FloorFactory.class);

  private static final String ENFORCE = "enforce";
  private static final String REALMS = "realms";

  private PackSettings settings;
  private Coverage coverage;

  @Override
  public String getId() {
    return "expensicat-floor";
  }

  @Override
  public void init(Config.Scope config) {
    if (!config.getBoolean(ENFORCE, true)) {
      coverage = Coverage.NONE;
      return;
    }
    String[] realms = config.getArray(REALMS);
    coverage =
        realms == null || realms.length == 0
            ? new Coverage(Set.of(PackSettings.get().realmName()))
            : new Coverage(Set.of(realms));
  }

  @Override
  public ClientPolicyManager create(KeycloakSession session) {
    return new Floor(session, coverage, session.getProvider(ClientPolicyManager.class, "default"));
  }

  /**
   * The realms that the floor covers on this server. Keycloak itself has options that take a
   * provider out or choose another one; then the floor covers none.
   */
  public static Coverage coverage(KeycloakSessionFactory factory) {
    return factory.getProviderFactory(ClientPolicyManager.class) instanceof FloorFactory floor
        ? floor.coverage
        : Coverage.NONE;
  }

  /** Logs a warning where the floor covers nothing, by whatever option. */
  public static void warnWhereItIsOff(KeycloakSessionFactory factory) {
    if (coverage(factory).realmNames().isEmpty()) {
      logger.warn(
          "The floor is switched off by a server option: codes without PKCE S256, inexact redirect"
              + " URIs and grants that are not offered are left to the realms' policies and"
              + " clients.");
    }
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {
    RequestLog.withoutTraces();
  }

  @Override
  public List<ProviderConfigProperty> getConfigMetadata() {
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
}
