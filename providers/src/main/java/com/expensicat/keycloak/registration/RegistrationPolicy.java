package com.expensicat.keycloak.registration;

import org.keycloak.models.ClientModel;
import org.keycloak.services.clientregistration.ClientRegistrationContext;
import org.keycloak.services.clientregistration.ClientRegistrationProvider;
import org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy;
import org.keycloak.services.clientregistration.policy.ClientRegistrationPolicyException;

/**
 * Keeps the {@link RegistrationSettings}, in any realm. In the pack's realm the registration
 * endpoint asks them before, so that the refusal has the right form and holds without a policy.
 */
record RegistrationPolicy(RegistrationSettings settings) implements ClientRegistrationPolicy {

  @Override
  public void beforeRegister(ClientRegistrationContext context)
      throws ClientRegistrationPolicyException {
    if (!settings.open()) {
      throw new ClientRegistrationPolicyException("Registration is closed");
    }
    if (settings.isFull(context.getSession().getContext().getRealm())) {
      throw new ClientRegistrationPolicyException("There are as many clients as there may be");
    }
  }

  @Override
  public void afterRegister(ClientRegistrationContext context, ClientModel client) {}

  @Override
  public void beforeUpdate(ClientRegistrationContext context, ClientModel client) {}

  @Override
  public void afterUpdate(ClientRegistrationContext context, ClientModel client) {}

  @Override
  public void beforeView(ClientRegistrationProvider provider, ClientModel client) {}

  @Override
  public void beforeDelete(ClientRegistrationProvider provider, ClientModel client) {}
}
