package com.expensicat.keycloak.registration;

import com.expensicat.keycloak.ReplacingProviderFactory;
import org.keycloak.Config;
import org.keycloak.protocol.oauth2.cimd.clientpolicy.condition.ClientIdUriSchemeConditionFactory;
import org.keycloak.services.clientpolicy.condition.ClientPolicyConditionProvider;

/**
 * Keycloak's condition for addresses as client ids, on every server: without its experimental
 * feature it has none, and refuses a realm whose policies name it, at an import as a whole.
 */
@SuppressWarnings("rawtypes") // as Keycloak's own interface has it
public class PackClientIdUriConditionFactory extends ClientIdUriSchemeConditionFactory
    implements ReplacingProviderFactory<ClientPolicyConditionProvider> {

  @Override
  public boolean isSupported(Config.Scope config) {
    return true;
  }
}
