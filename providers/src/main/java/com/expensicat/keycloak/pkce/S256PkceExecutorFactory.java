package com.expensicat.keycloak.pkce;

import com.expensicat.keycloak.PackBuild;
import java.util.List;
import java.util.Map;
import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ServerInfoAwareProviderFactory;
import org.keycloak.services.clientpolicy.executor.ClientPolicyExecutorProvider;
import org.keycloak.services.clientpolicy.executor.ClientPolicyExecutorProviderFactory;

/** Makes the {@link S256PkceExecutor}; it has no options. */
public class S256PkceExecutorFactory
    implements ClientPolicyExecutorProviderFactory, ServerInfoAwareProviderFactory {

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

  @Override
  public void init(Config.Scope config) {}

  @Override
  public void postInit(KeycloakSessionFactory factory) {}

  @Override
  public void close() {}

  @Override
  public Map<String, String> getOperationalInfo() {
    return PackBuild.operationalInfo();
  }
}
