package com.expensicat.keycloak.registration;

import com.expensicat.keycloak.client.RegisteredBy;
import java.util.List;
import org.keycloak.component.ComponentModel;
import org.keycloak.models.RealmModel;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;
import org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy;
import org.keycloak.services.clientregistration.policy.ClientRegistrationPolicyManager;
import org.keycloak.services.clientregistration.policy.RegistrationAuth;

/**
 * What an admin decides about registration, for callers without a token ("anonymous") and for those
 * with one ("authenticated") apart.
 *
 * @param open whether such callers may register clients
 * @param maxClients how many clients the realm may have, all kinds together
 * @param unusedDays after how many days without a token clients of such callers are removed; 0 for
 *     never
 */
record RegistrationSettings(boolean open, int maxClients, int unusedDays) {

  static final String OPEN = "open";
  static final String MAX_CLIENTS = "max-clients";
  static final int DEFAULT_MAX_CLIENTS = 1000;
  static final String UNUSED_DAYS = "unused-days";
  static final int DEFAULT_UNUSED_DAYS = 90;

  /**
   * The settings of {@code realm}. Of several policies the strictest counts; without one, callers
   * without a token may not register, and the default limit holds.
   */
  static RegistrationSettings of(RealmModel realm, RegistrationAuth caller) {
    String type = ClientRegistrationPolicyManager.getComponentTypeKey(caller);
    List<RegistrationSettings> all =
        realm
            .getComponentsStream(realm.getId(), ClientRegistrationPolicy.class.getName())
            .filter(policy -> RegistrationPolicyFactory.ID.equals(policy.getProviderId()))
            .filter(policy -> type.equals(policy.getSubType()))
            .map(RegistrationSettings::of)
            .toList();
    return new RegistrationSettings(
        all.isEmpty()
            ? caller == RegistrationAuth.AUTHENTICATED
            : all.stream().allMatch(RegistrationSettings::open),
        all.stream().mapToInt(RegistrationSettings::maxClients).min().orElse(DEFAULT_MAX_CLIENTS),
        all.stream()
            .mapToInt(RegistrationSettings::unusedDays)
            .filter(days -> days > 0)
            .min()
            .orElse(all.isEmpty() ? DEFAULT_UNUSED_DAYS : 0));
  }

  /** The settings of one policy. */
  static RegistrationSettings of(ComponentModel policy) {
    return new RegistrationSettings(
        policy.get(OPEN, false),
        policy.get(MAX_CLIENTS, DEFAULT_MAX_CLIENTS),
        policy.get(UNUSED_DAYS, DEFAULT_UNUSED_DAYS));
  }

  /** Whether the realm has as many clients as it may have. */
  boolean isFull(RealmModel realm) {
    return realm.getClientsCount() >= maxClients;
  }

  /** The settings as the console shows them. */
  static List<ProviderConfigProperty> properties() {
    return ProviderConfigurationBuilder.create()
        .property()
        .name(OPEN)
        .label("Open")
        .helpText("Whether clients may be registered in this way.")
        .type(ProviderConfigProperty.BOOLEAN_TYPE)
        .defaultValue(false)
        .add()
        .property()
        .name(MAX_CLIENTS)
        .label("Most clients")
        .helpText(
            "How many clients the realm may have, those that admins made included, before registration"
                + " is refused.")
        .type(ProviderConfigProperty.STRING_TYPE)
        .defaultValue(String.valueOf(DEFAULT_MAX_CLIENTS))
        .add()
        .property()
        .name(UNUSED_DAYS)
        .label("Days unused")
        .helpText(
            "After how many days without a token a client that was registered in this way is removed; 0"
                + " keeps it for ever. A client whose attribute \""
                + RegisteredBy.ATTRIBUTE
                + "\" an admin has set to \""
                + RegisteredBy.ADMIN
                + "\" stays.")
        .type(ProviderConfigProperty.STRING_TYPE)
        .defaultValue(String.valueOf(DEFAULT_UNUSED_DAYS))
        .add()
        .build();
  }
}
