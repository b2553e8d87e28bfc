package com.expensicat.keycloak.registration;

import com.expensicat.keycloak.ReplacingProviderFactory;
import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oauth2.cimd.clientpolicy.executor.ClientIdMetadataDocumentExecutor;
import org.keycloak.protocol.oauth2.cimd.clientpolicy.executor.ClientIdMetadataDocumentExecutorFactory;
import org.keycloak.services.clientpolicy.executor.ClientPolicyExecutorProvider;

/**
 * Makes the {@link PackClientIdMetadataDocumentExecutor} in the pack's realm, and Keycloak's
 * elsewhere; on every server, where it does nothing without Keycloak's experimental feature: a
 * realm whose policies name an executor that is not there cannot be imported.
 */
@SuppressWarnings("rawtypes") // as Keycloak's own interface has it
public class PackClientIdMetadataDocumentExecutorFactory
    extends ClientIdMetadataDocumentExecutorFactory
    implements ReplacingProviderFactory<ClientPolicyExecutorProvider> {

  @Override
  public boolean isSupported(Config.Scope config) {
    return true;
  }

  @Override
  public ClientPolicyExecutorProvider<ClientIdMetadataDocumentExecutor.Configuration> create(
      KeycloakSession session) {
    return isInPackRealm(session)
        ? new PackClientIdMetadataDocumentExecutor(session, providerConfig)
        : super.create(session);
  }
}
