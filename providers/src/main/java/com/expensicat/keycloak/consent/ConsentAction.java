package com.expensicat.keycloak.consent;

import jakarta.ws.rs.core.MultivaluedMap;
import org.keycloak.authentication.RequiredActionContext;
import org.keycloak.authentication.RequiredActionProvider;
import org.keycloak.events.Details;
import org.keycloak.events.EventType;
import org.keycloak.models.ClientModel;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.grants.device.DeviceGrantType;
import org.keycloak.sessions.AuthenticationSessionModel;

/**
 * Asks a person to consent, scope by scope, in the place of Keycloak's page, which knows only all
 * or nothing (keycloak/keycloak#43998). What is granted is Keycloak's own consent.
 */
final class ConsentAction implements RequiredActionProvider {

  /** Client attribute: {@code false} gives an application Keycloak's page, all or nothing. */
  static final String PARTIAL = "expensicat.partial-consent";

  private static final String CANCEL = "cancel";
  private static final String TEMPLATE = "expensicat-consent.ftl";

  @Override
  public void evaluateTriggers(RequiredActionContext context) {
    AuthenticationSessionModel authSession = context.getAuthenticationSession();
    if (!applies(authSession)) {
      return;
    }
    PartialConsent consent = new PartialConsent(context.getSession(), authSession);
    consent.narrow();
    if (consent.questions().isEmpty()) {
      authSession.removeRequiredAction(ConsentActionFactory.ID);
    } else {
      authSession.addRequiredAction(ConsentActionFactory.ID);
    }
  }

  private static boolean applies(AuthenticationSessionModel authSession) {
    ClientModel client = authSession.getClient();
    return OIDCLoginProtocol.LOGIN_PROTOCOL.equals(authSession.getProtocol())
        && authSession.getAuthenticatedUser() != null
        && client.isConsentRequired()
        && !"false".equals(client.getAttribute(PARTIAL))
        && !DeviceGrantType.isOAuth2DeviceVerificationFlow(authSession);
  }

  @Override
  public void requiredActionChallenge(RequiredActionContext context) {
    PartialConsent consent =
        new PartialConsent(context.getSession(), context.getAuthenticationSession());
    if (consent.questions().isEmpty()) {
      context.success();
      return;
    }
    context.challenge(
        context
            .form()
            .setAttribute("consent", ConsentPage.of(context, consent))
            .createForm(TEMPLATE));
  }

  @Override
  public void processAction(RequiredActionContext context) {
    MultivaluedMap<String, String> form = context.getHttpRequest().getDecodedFormParameters();
    PartialConsent consent =
        new PartialConsent(context.getSession(), context.getAuthenticationSession());
    boolean first = consent.isFirst();
    if (form.containsKey(CANCEL) || !consent.accept(form)) {
      context.getEvent().detail(Details.REASON, "consent denied");
      context.failure();
      return;
    }
    context
        .getEvent()
        .clone()
        .event(first ? EventType.GRANT_CONSENT : EventType.UPDATE_CONSENT)
        .detail(
            Details.GRANTED_CLIENT, context.getAuthenticationSession().getClient().getClientId())
        .detail(Details.SCOPE, consent.grantedNames())
        .success();
    context.getEvent().detail(Details.CONSENT, Details.CONSENT_VALUE_CONSENT_GRANTED);
    context.success();
  }

  @Override
  public void close() {}
}
