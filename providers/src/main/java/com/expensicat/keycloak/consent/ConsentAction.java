package com.expensicat.keycloak.consent;

import com.expensicat.keycloak.organization.LoginOrganization;
import com.expensicat.keycloak.organization.Organization;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Set;
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
    if (new PartialConsent(context.getSession(), authSession).narrow()) {
      authSession.addRequiredAction(ConsentActionFactory.ID);
    } else {
      authSession.removeRequiredAction(ConsentActionFactory.ID);
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
    if (!consent.isOpen()) {
      context.success();
      return;
    }
    if (consent.organization().isForeign()) {
      deny(context, LoginOrganization.FOREIGN);
      return;
    }
    consent.organization().hold();
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
    Set<String> shown = consent.questionNames();
    String chosen = form.getFirst(LoginOrganization.PARAMETER);
    if (form.containsKey(CANCEL) || (chosen != null && !consent.organization().choose(chosen))) {
      deny(context, "consent denied");
      return;
    }
    if (consent.organization().isOpen() || !shown.containsAll(consent.questionNames())) {
      // Of the one that was chosen the page has not shown all that there is to ask.
      requiredActionChallenge(context);
      return;
    }
    if (!consent.accept(form)) {
      deny(context, "consent denied");
      return;
    }
    context
        .getEvent()
        .clone()
        .event(first ? EventType.GRANT_CONSENT : EventType.UPDATE_CONSENT)
        .detail(
            Details.GRANTED_CLIENT, context.getAuthenticationSession().getClient().getClientId())
        .detail(Details.SCOPE, consent.grantedNames())
        .detail(
            Organization.EVENT_ID, consent.organization().get().map(Organization::id).orElse(null))
        .detail(
            Organization.EVENT_NAME,
            consent.organization().get().map(Organization::name).orElse(null))
        .success();
    context.getEvent().detail(Details.CONSENT, Details.CONSENT_VALUE_CONSENT_GRANTED);
    context.success();
  }

  private static void deny(RequiredActionContext context, String reason) {
    context.getEvent().detail(Details.REASON, reason);
    context.failure();
  }

  @Override
  public void close() {}
}
