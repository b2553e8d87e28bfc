package com.expensicat.keycloak.page;

import org.keycloak.forms.login.LoginFormsProvider;
import org.keycloak.forms.login.freemarker.FreeMarkerLoginFormsProviderFactory;
import org.keycloak.models.KeycloakSession;

/** {@link StrictLoginForms} in the place of Keycloak's pages of the same id. */
public class StrictLoginFormsFactory extends FreeMarkerLoginFormsProviderFactory {

  @Override
  public int order() {
    return 100;
  }

  @Override
  public LoginFormsProvider create(KeycloakSession session) {
    return new StrictLoginForms(session);
  }
}
