package com.expensicat.keycloak.session.signin;

import com.expensicat.keycloak.ReplacingProviderFactory;
import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.authenticators.browser.IdentityProviderAuthenticatorFactory;
import org.keycloak.models.KeycloakSession;

/**
 * In the pack's realm {@link PackIdentityProviderAuthenticator} in the place of Keycloak's step of
 * the same id.
 */
public class PackIdentityProviderAuthenticatorFactory extends IdentityProviderAuthenticatorFactory
    implements ReplacingProviderFactory<Authenticator> {

  @Override
  public Authenticator create(KeycloakSession session) {
    return isInPackRealm(session) ? new PackIdentityProviderAuthenticator() : super.create(session);
  }
}
