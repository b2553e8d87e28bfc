package com.expensicat.keycloak.registration;

import com.expensicat.keycloak.ReplacingProviderFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.clientregistration.ClientRegistrationProvider;
import org.keycloak.services.clientregistration.oidc.OIDCClientRegistrationProviderFactory;

/** Makes a {@link RegistrationEndpoint} in the pack's realm. */
public class PackClientRegistrationProviderFactory extends OIDCClientRegistrationProviderFactory
    implements ReplacingProviderFactory<ClientRegistrationProvider> {

  @Override
  public ClientRegistrationProvider create(KeycloakSession session) {
    return isInPackRealm(session) ? new RegistrationEndpoint(session) : super.create(session);
  }
}
