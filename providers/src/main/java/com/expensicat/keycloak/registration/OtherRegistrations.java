package com.expensicat.keycloak.registration;

import com.expensicat.keycloak.ReplacingProviderFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.saml.clientregistration.EntityDescriptorClientRegistrationProviderFactory;
import org.keycloak.services.clientregistration.AdapterInstallationClientRegistrationProviderFactory;
import org.keycloak.services.clientregistration.ClientRegistrationProvider;
import org.keycloak.services.clientregistration.DefaultClientRegistrationProviderFactory;

/**
 * Keycloak's other forms of registration, which the pack's realm does not have: there a client
 * could name mappers, roles, attributes and authentication flows, where RFC 7591 knows only
 * metadata. An admin has the admin API for those. In other realms all stays as it was.
 */
public final class OtherRegistrations {

  private OtherRegistrations() {}

  /** Clients in Keycloak's own form. */
  public static class Default extends DefaultClientRegistrationProviderFactory
      implements ReplacingProviderFactory<ClientRegistrationProvider> {
    @Override
    public ClientRegistrationProvider create(KeycloakSession session) {
      return isInPackRealm(session) ? null : super.create(session);
    }
  }

  /** Settings for Keycloak's former adapters. */
  public static class Install extends AdapterInstallationClientRegistrationProviderFactory
      implements ReplacingProviderFactory<ClientRegistrationProvider> {
    @Override
    public ClientRegistrationProvider create(KeycloakSession session) {
      return isInPackRealm(session) ? null : super.create(session);
    }
  }

  /** Clients of SAML. */
  public static class Saml extends EntityDescriptorClientRegistrationProviderFactory
      implements ReplacingProviderFactory<ClientRegistrationProvider> {
    @Override
    public ClientRegistrationProvider create(KeycloakSession session) {
      return isInPackRealm(session) ? null : super.create(session);
    }
  }
}
