package com.expensicat.keycloak.registration;

import java.util.List;
import org.keycloak.component.ComponentModel;
import org.keycloak.component.ComponentValidationException;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.utils.PostMigrationEvent;
import org.keycloak.provider.ConfigurationValidationHelper;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.services.clientregistration.policy.AbstractClientRegistrationPolicyFactory;
import org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy;

/** Shows the {@link RegistrationSettings} as a registration policy in the console. */
public class RegistrationPolicyFactory extends AbstractClientRegistrationPolicyFactory {

  /** The policy's provider id. */
  public static final String ID = "expensicat-registration";

  @Override
  public String getId() {
    return ID;
  }

  @Override
  public ClientRegistrationPolicy create(KeycloakSession session, ComponentModel model) {
    return new RegistrationPolicy(RegistrationSettings.of(model));
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {
    factory.register(
        event -> {
          if (event instanceof PostMigrationEvent started) {
            UnusedClients.schedule(started.getFactory());
          }
        });
  }

  @Override
  public String getHelpText() {
    return "Opens or closes registration to such callers, limits the number of clients and removes unused ones. What a"
        + " client may be is not a setting: the pack's rules hold without this policy too.";
  }

  @Override
  public List<ProviderConfigProperty> getConfigProperties() {
    return RegistrationSettings.properties();
  }

  @Override
  public void validateConfiguration(KeycloakSession session, RealmModel realm, ComponentModel model)
      throws ComponentValidationException {
    ConfigurationValidationHelper.check(model)
        .checkInt(RegistrationSettings.MAX_CLIENTS, RegistrationSettings.MAX_CLIENTS, false)
        .checkInt(RegistrationSettings.UNUSED_DAYS, RegistrationSettings.UNUSED_DAYS, false);
    if (model.get(RegistrationSettings.UNUSED_DAYS, 0) < 0) {
      throw new ComponentValidationException(
          RegistrationSettings.UNUSED_DAYS + ": must be 0 or more");
    }
  }
}
