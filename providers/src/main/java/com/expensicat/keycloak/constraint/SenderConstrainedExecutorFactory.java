package com.expensicat.keycloak.constraint;

import com.expensicat.keycloak.InformingProviderFactory;
import java.util.List;
import org.keycloak.models.KeycloakSession;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;
import org.keycloak.services.clientpolicy.executor.ClientPolicyExecutorProvider;
import org.keycloak.services.clientpolicy.executor.ClientPolicyExecutorProviderFactory;

/** Makes the {@link SenderConstrainedExecutor}. */
@SuppressWarnings("rawtypes") // as Keycloak's own interface has it
public class SenderConstrainedExecutorFactory
    implements ClientPolicyExecutorProviderFactory,
        InformingProviderFactory<ClientPolicyExecutorProvider> {

  /** The executor's id in client profiles. */
  public static final String PROVIDER_ID = "expensicat-sender-constrained";

  @Override
  public String getId() {
    return PROVIDER_ID;
  }

  @Override
  public ClientPolicyExecutorProvider<?> create(KeycloakSession session) {
    return new SenderConstrainedExecutor(session);
  }

  @Override
  public String getHelpText() {
    return "For some scopes, requires access tokens that are bound to a key (DPoP), pushed"
        + " authorization requests (PAR), or both, of every client that asks for one of them.";
  }

  @Override
  public List<ProviderConfigProperty> getConfigProperties() {
    return ProviderConfigurationBuilder.create()
        .property()
        .name("scopes")
        .label("Scopes")
        .type(ProviderConfigProperty.MULTIVALUED_STRING_TYPE)
        .helpText(
            "Names of scopes; a * at the end of one stands for any rest. Where none is named, these"
                + " are banking:* and team:admin.")
        .defaultValue(SenderConstrainedExecutor.DEFAULT_SCOPES)
        .add()
        .property()
        .name("require")
        .label("Require")
        .type(ProviderConfigProperty.MULTIVALUED_LIST_TYPE)
        .options(SenderConstrainedExecutor.REQUIREMENTS)
        .helpText(
            "dpop: access tokens must be bound to a key. par: authorization requests must be"
                + " pushed. Where none is chosen, both.")
        .defaultValue(SenderConstrainedExecutor.REQUIREMENTS)
        .add()
        .build();
  }
}
