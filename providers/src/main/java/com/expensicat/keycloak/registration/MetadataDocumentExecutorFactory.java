package com.expensicat.keycloak.registration;

import com.expensicat.keycloak.PackSettings;
import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oauth2.cimd.clientpolicy.executor.ClientIdMetadataDocumentExecutor;
import org.keycloak.protocol.oauth2.cimd.clientpolicy.executor.ClientIdMetadataDocumentExecutorFactory;
import org.keycloak.services.clientpolicy.executor.ClientPolicyExecutorProvider;

/** Makes the {@link MetadataDocumentExecutor} in the pack's realm, and Keycloak's elsewhere. */
public class MetadataDocumentExecutorFactory extends ClientIdMetadataDocumentExecutorFactory {

  private PackSettings settings;

  @Override
  public int order() {
    return 100;
  }

  @Override
  public void init(Config.Scope config) {
    super.init(config);
    settings = PackSettings.fromConfig();
  }

  @Override
  public ClientPolicyExecutorProvider<ClientIdMetadataDocumentExecutor.Configuration> create(
      KeycloakSession session) {
    return settings.isPackRealm(session.getContext().getRealm())
        ? new MetadataDocumentExecutor(session, providerConfig)
        : super.create(session);
  }
}
