package com.expensicat.keycloak.page;

import java.io.IOException;
import org.keycloak.common.util.SecretGenerator;
import org.keycloak.forms.login.freemarker.FreeMarkerLoginFormsProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.theme.Theme;

/**
 * Keycloak's pages, with the Content-Security-Policy that the login theme declares in its property
 * {@code contentSecurityPolicy}, where <code>{nonce}</code> stands for a value made anew for each
 * page. The template gets it as {@code contentSecurityPolicy}. A theme without that property is
 * shown as Keycloak shows it.
 *
 * <p>Keycloak's templates hold scripts with values of the page in them, which no policy of the
 * realm could let through without letting through any other; see {@link NoncedTheme}.
 */
class PackLoginFormsProvider extends FreeMarkerLoginFormsProvider {

  private static final String POLICY = "contentSecurityPolicy";

  /** Characters of a nonce, of 62 kinds each: more than 128 bits (CSP 3, 7.1). */
  private static final int NONCE_LENGTH = 24;

  PackLoginFormsProvider(KeycloakSession session) {
    super(session);
  }

  @Override
  protected Theme getTheme() throws IOException {
    Theme theme = super.getTheme();
    String policy = theme.getProperties().getProperty(POLICY);
    if (policy == null) {
      return theme;
    }
    String nonce = SecretGenerator.getInstance().randomString(NONCE_LENGTH);
    session.setAttribute(NoncedTheme.NONCE, nonce);
    setAttribute(NoncedTheme.NONCE, nonce);
    setAttribute(POLICY, policy.replace("{nonce}", nonce));
    return new NoncedTheme(theme);
  }
}
