package com.expensicat.keycloak.page;

import com.expensicat.keycloak.ReplacingProviderFactory;
import org.keycloak.forms.login.LoginFormsProvider;
import org.keycloak.forms.login.freemarker.FreeMarkerLoginFormsProviderFactory;
import org.keycloak.models.KeycloakSession;

/** {@link PackLoginFormsProvider} in the place of Keycloak's pages of the same id. */
public class PackLoginFormsProviderFactory extends FreeMarkerLoginFormsProviderFactory
    implements ReplacingProviderFactory<LoginFormsProvider> {

  @Override
  public LoginFormsProvider create(KeycloakSession session) {
    return new PackLoginFormsProvider(session);
  }
}
