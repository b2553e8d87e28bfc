package com.expensicat.keycloak.session.signin;

import com.expensicat.keycloak.session.issuer.IssuerSettings;
import com.expensicat.keycloak.session.issuer.SessionIssuers;
import java.util.Optional;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.authenticators.browser.IdentityProviderAuthenticator;
import org.keycloak.models.IdentityProviderModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.util.TokenUtil;

/**
 * Keycloak's step of the browser flow that goes to an identity provider before the login page.
 * Where the request names none, it asks the issuer that is set to be tried first, once, and only
 * whether somebody is signed in there. Keycloak itself would not come back to the login page from
 * one that has nobody.
 */
final class PackIdentityProviderAuthenticator extends IdentityProviderAuthenticator {

  private static final String NOTE = "expensicat-first-tried-issuer";
  private static final String TRYING = "trying";
  private static final String TRIED = "tried";

  /** Whether the hand-over page is asked without the person having chosen it. */
  static boolean isTrying(AuthenticationSessionModel authSession) {
    return TRYING.equals(authSession.getAuthNote(NOTE));
  }

  /** Notes that the hand-over page has answered. */
  static void tried(AuthenticationSessionModel authSession) {
    authSession.setAuthNote(NOTE, TRIED);
  }

  @Override
  public void authenticate(AuthenticationFlowContext context) {
    AuthenticationSessionModel authSession = context.getAuthenticationSession();
    Optional<String> first =
        authSession.getAuthNote(NOTE) == null && !asksForLogin(authSession)
            ? alias(context.getSession())
            : Optional.empty();
    if (first.isEmpty()) {
      super.authenticate(context);
      return;
    }
    authSession.setAuthNote(NOTE, TRYING);
    redirect(context, first.get());
  }

  private static boolean asksForLogin(AuthenticationSessionModel authSession) {
    return TokenUtil.hasPrompt(
        authSession.getClientNote(OIDCLoginProtocol.PROMPT_PARAM),
        OIDCLoginProtocol.PROMPT_VALUE_LOGIN);
  }

  private static Optional<String> alias(KeycloakSession session) {
    return SessionIssuers.all(session)
        .filter(IdentityProviderModel::isEnabled)
        .filter(
            provider ->
                SessionIssuers.settings(provider).filter(IssuerSettings::tryFirst).isPresent())
        .map(IdentityProviderModel::getAlias)
        .sorted()
        .findFirst();
  }
}
