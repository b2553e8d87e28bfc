package com.expensicat.keycloak.token;

import com.expensicat.keycloak.ReplacingProviderFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.resourceindicators.ResourceIndicatorsPostProcessorFactory;
import org.keycloak.protocol.oidc.token.TokenPostProcessor;

/**
 * Keycloak's experimental {@code resource-indicators}, for realms that are not the pack's. There it
 * would put the resource into {@code aud} in the place of the API's audience, and refuse one that
 * no client of the realm has as an attribute.
 */
public class PackResourceIndicatorsPostProcessorFactory
    extends ResourceIndicatorsPostProcessorFactory
    implements ReplacingProviderFactory<TokenPostProcessor> {

  @Override
  public TokenPostProcessor create(KeycloakSession session) {
    return isInPackRealm(session) ? context -> {} : super.create(session);
  }
}
