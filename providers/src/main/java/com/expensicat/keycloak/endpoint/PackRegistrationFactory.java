package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.ReplacingProviderFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.clientregistration.ClientRegistrationProvider;
import org.keycloak.services.clientregistration.oidc.OIDCClientRegistrationProviderFactory;

/** Makes a {@link PackRegistrationEndpoint} in the pack's realm. */
public class PackRegistrationFactory extends OIDCClientRegistrationProviderFactory
    implements ReplacingProviderFactory<ClientRegistrationProvider> {

  @Override
  public ClientRegistrationProvider create(KeycloakSession session) {
    return PackSettings.get().isPackRealm(session.getContext().getRealm())
        ? new PackRegistrationEndpoint(session)
        : super.create(session);
  }
}
