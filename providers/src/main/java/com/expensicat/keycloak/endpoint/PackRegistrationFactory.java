package com.expensicat.keycloak.endpoint;

import com.expensicat.keycloak.PackSettings;
import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.clientregistration.ClientRegistrationProvider;
import org.keycloak.services.clientregistration.oidc.OIDCClientRegistrationProviderFactory;

/** Makes a {@link PackRegistrationEndpoint} in the pack's realm. */
public class PackRegistrationFactory extends OIDCClientRegistrationProviderFactory {

  private PackSettings settings;

  @Override
  public int order() {
    return 100;
  }

  @Override
  public void init(Config.Scope config) {
    settings = PackSettings.fromConfig();
  }

  @Override
  public ClientRegistrationProvider create(KeycloakSession session) {
    return settings.isPackRealm(session.getContext().getRealm())
        ? new PackRegistrationEndpoint(session)
        : super.create(session);
  }
}
