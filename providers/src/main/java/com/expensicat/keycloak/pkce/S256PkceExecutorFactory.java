package com.expensicat.keycloak.pkce;

import com.expensicat.keycloak.InformingProviderFactory;
import java.util.List;
import org.keycloak.models.KeycloakSession;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.services.clientpolicy.executor.ClientPolicyExecutorProvider;
import org.keycloak.services.clientpolicy.executor.ClientPolicyExecutorProviderFactory;

/** Makes the {@link S256PkceExecutor}; it has no options. */
@SuppressWarnings("rawtypes") // as Keycloak's own interface has it
public class S256PkceExecutorFactory
    implements ClientPolicyExecutorProviderFactory,
        InformingProviderFactory<ClientPolicyExecutorProvider> {

  /** The executor's id in client profiles. */
  public static final String PROVIDER_ID = "expensicat-s256-pkce";

  @Override
  public String getId() {
    return PROVIDER_ID;
  }

  @Override
  public ClientPolicyExecutorProvider<?> create(KeycloakSession session) {
    return new S256PkceExecutor();
  }

  @Override
  public String getHelpText() {
    return "Requires PKCE with the method S256 in every authorization request, pushed ones too, and"
        + " the verifier that fits it at the token endpoint. It sets the method on each client that"
        + " is made or changed.";
  }

  @Override
  public List<ProviderConfigProperty> getConfigProperties() {
    return List.of();
  }
}
