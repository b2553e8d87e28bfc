package com.expensicat.keycloak.registration;

import com.expensicat.keycloak.PackSettings;
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

  private static final int ORDER = 100;

  private OtherRegistrations() {}

  private static boolean isOffered(KeycloakSession session) {
    return !PackSettings.fromConfig().isPackRealm(session.getContext().getRealm());
  }

  /** Clients in Keycloak's own form. */
  public static class Default extends DefaultClientRegistrationProviderFactory {
    @Override
    public int order() {
      return ORDER;
    }

    @Override
    public ClientRegistrationProvider create(KeycloakSession session) {
      return isOffered(session) ? super.create(session) : null;
    }
  }

  /** Settings for Keycloak's former adapters. */
  public static class Install extends AdapterInstallationClientRegistrationProviderFactory {
    @Override
    public int order() {
      return ORDER;
    }

    @Override
    public ClientRegistrationProvider create(KeycloakSession session) {
      return isOffered(session) ? super.create(session) : null;
    }
  }

  /** Clients of SAML. */
  public static class Saml extends EntityDescriptorClientRegistrationProviderFactory {
    @Override
    public int order() {
      return ORDER;
    }

    @Override
    public ClientRegistrationProvider create(KeycloakSession session) {
      return isOffered(session) ? super.create(session) : null;
    }
  }
}
