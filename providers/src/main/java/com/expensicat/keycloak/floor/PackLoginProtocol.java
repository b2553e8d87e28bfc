package com.expensicat.keycloak.floor;

import com.expensicat.keycloak.grant.GrantEndings;
import com.expensicat.keycloak.grant.KeptCode;
import com.expensicat.keycloak.organization.LoginOrganization;
import com.expensicat.keycloak.organization.Organization;
import com.expensicat.keycloak.pkce.S256;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.keycloak.OAuthErrorException;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.models.AuthenticatedClientSessionModel;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.UserSessionModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.protocol.ClientData;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.OIDCProviderConfig;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.protocol.oidc.utils.OIDCResponseMode;
import org.keycloak.protocol.oidc.utils.OIDCResponseType;
import org.keycloak.services.ErrorPageException;
import org.keycloak.services.managers.AuthenticationManager;
import org.keycloak.services.managers.AuthenticationSessionManager;
import org.keycloak.services.messages.Messages;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.util.TokenUtil;

/**
 * Issues a code only to a login that began with an S256 challenge, and only once nothing is left
 * for the person to do; and sends nobody to an address that is not registered. Keycloak also begins
 * logins without any authorization request, such as from a link to reset a password, and would end
 * them with a code; and it does not ask again, at the end, whether an action is still pending.
 */
public final class PackLoginProtocol extends OIDCLoginProtocol {

  private static final String NOTHING_PENDING = PackLoginProtocol.class.getName();

  public PackLoginProtocol(OIDCProviderConfig config) {
    super(config);
  }

  @Override
  public Response authenticated(
      AuthenticationSessionModel authSession,
      UserSessionModel userSession,
      ClientSessionContext clientSession) {
    requireRegistered(authSession.getClient(), authSession.getRedirectUri());
    Optional<String> flaw = flaw(authSession);
    if (flaw.isPresent()) {
      return refuse(authSession, OAuthErrorException.INVALID_REQUEST, flaw.get());
    }
    if (isActionPending(authSession)) {
      endWhatThisLoginBegan(userSession, clientSession.getClientSession());
      return refuse(
          authSession, OAuthErrorException.ACCESS_DENIED, "An action of the person is pending");
    }
    LoginOrganization organization = new LoginOrganization(session, authSession);
    Optional<Flaw> problem = flaw(authSession, organization);
    if (problem.isPresent()) {
      endWhatThisLoginBegan(userSession, clientSession.getClientSession());
      return refuse(authSession, problem.get().error(), problem.get().description());
    }
    String organizationId = organization.get().orElse(Organization.NONE).id();
    organization.get().ifPresent(one -> event.detail(Organization.EVENT_ID, one.id()));
    GrantEndings.noteTaken(
        session,
        userSession.getUser(),
        clientSession.getClientSession(),
        authSession.getClientNote(CODE_CHALLENGE_PARAM),
        organizationId);
    setSession(KeptCode.keeping(session, organizationId));
    return super.authenticated(authSession, userSession, clientSession);
  }

  private record Flaw(String error, String description) {}

  private Optional<Flaw> flaw(
      AuthenticationSessionModel authSession, LoginOrganization organization) {
    if (isSilent(authSession)
        && (organization.isUnknown() || (organization.isOther() && !organization.isForeign()))) {
      return Optional.of(
          new Flaw(
              OAuthErrorException.INTERACTION_REQUIRED,
              "The person acts for another organization"));
    }
    return organization.isForeign()
        ? Optional.of(new Flaw(OAuthErrorException.ACCESS_DENIED, LoginOrganization.FOREIGN))
        : Optional.empty();
  }

  /**
   * Ends no session that the browser had before. Keycloak makes one only where there is none, and
   * has attached the login to it by now; what this request has made nobody else sees yet.
   */
  private void endWhatThisLoginBegan(
      UserSessionModel userSession, AuthenticatedClientSessionModel clientSession) {
    String clientId = clientSession.getClient().getId();
    Optional<Boolean> clientWasThere =
        KeycloakModelUtils.runJobInTransactionWithResult(
            session.getKeycloakSessionFactory(),
            session.getContext(),
            others ->
                Optional.ofNullable(
                        others
                            .sessions()
                            .getUserSession(others.getContext().getRealm(), userSession.getId()))
                    .map(before -> before.getAuthenticatedClientSessionByClient(clientId) != null),
            "look for the session before");
    if (clientWasThere.isEmpty()) {
      session.sessions().removeUserSession(realm, userSession);
      AuthenticationManager.expireIdentityCookie(session);
    } else if (!clientWasThere.get()) {
      clientSession.detachFromUserSession();
    }
  }

  /** Keycloak says so where it has looked just now, and found no action that is pending. */
  @Override
  public void authenticationComplete(AuthenticationSessionModel authSession) {
    session.setAttribute(NOTHING_PENDING, login(authSession));
    super.authenticationComplete(authSession);
  }

  private static String login(AuthenticationSessionModel authSession) {
    return authSession.getParentSession().getId() + "." + authSession.getTabId();
  }

  /** Consent that was given just now counts, also where the request asks for it anew. */
  private boolean isActionPending(AuthenticationSessionModel authSession) {
    if (login(authSession).equals(session.getAttribute(NOTHING_PENDING, String.class))) {
      return false;
    }
    String action =
        AuthenticationManager.nextRequiredAction(
            session, authSession, session.getContext().getHttpRequest(), event);
    return action != null
        && !(action.equals(AuthenticationSessionModel.Action.OAUTH_GRANT.name())
            && TokenManager.verifyConsentStillAvailable(
                session,
                authSession.getAuthenticatedUser(),
                authSession.getClient(),
                null,
                authSession.getClientNote(SCOPE_PARAM)));
  }

  private static Optional<String> flaw(AuthenticationSessionModel authSession) {
    if (!OIDCResponseType.CODE.equals(authSession.getClientNote(RESPONSE_TYPE_PARAM))) {
      return Optional.of("The response type must be code");
    }
    return S256.flawOfChallenge(
        authSession.getClientNote(CODE_CHALLENGE_PARAM),
        authSession.getClientNote(CODE_CHALLENGE_METHOD_PARAM));
  }

  private Response refuse(AuthenticationSessionModel authSession, String error, String flaw) {
    event.detail(Details.REASON, flaw).error(error);
    return answer(authSession, error, flaw);
  }

  private Response answer(AuthenticationSessionModel authSession, String error, String flaw) {
    Response redirect =
        ErrorRedirect.to(
            session,
            authSession.getRedirectUri(),
            OIDCResponseMode.parseWhenInvalidResponseType(
                authSession.getClientNote(RESPONSE_MODE_PARAM)),
            error,
            flaw,
            authSession.getClientNote(STATE_PARAM));
    new AuthenticationSessionManager(session)
        .removeTabIdInAuthenticationSession(realm, authSession);
    return redirect;
  }

  /**
   * An issuer that has named one organisation alone may name another one, if it is asked: so the
   * person signs in anew where the request asks for that. Without a page nobody can be asked.
   */
  @Override
  public boolean requireReauthentication(
      UserSessionModel userSession, AuthenticationSessionModel authSession) {
    return super.requireReauthentication(userSession, authSession)
        || (!isSilent(authSession) && LoginOrganization.isUnknown(authSession, userSession));
  }

  private static boolean isSilent(AuthenticationSessionModel authSession) {
    return TokenUtil.hasPrompt(authSession.getClientNote(PROMPT_PARAM), PROMPT_VALUE_NONE);
  }

  @Override
  public Response sendError(AuthenticationSessionModel authSession, Error error, String message) {
    requireRegistered(authSession.getClient(), authSession.getRedirectUri());
    if (error == Error.PASSIVE_INTERACTION_REQUIRED) {
      Flaw flaw =
          flaw(authSession, new LoginOrganization(session, authSession))
              .orElseGet(
                  () ->
                      new Flaw(
                          OAuthErrorException.INTERACTION_REQUIRED,
                          "The person has something to do or to consent to"));
      return answer(authSession, flaw.error(), flaw.description());
    }
    return super.sendError(authSession, error, message);
  }

  @Override
  public Response sendError(ClientModel client, ClientData clientData, Error error) {
    requireRegistered(client, clientData.getRedirectUri());
    return super.sendError(client, clientData, error);
  }

  /**
   * Keycloak also takes addresses from the parameter {@code client_data} of its own pages, and from
   * links that begin no authorization request, and holds them against wildcards.
   */
  private void requireRegistered(ClientModel client, String redirectUri) {
    if (RedirectUris.match(session, client, redirectUri).isEmpty()) {
      event.detail(Details.REDIRECT_URI, redirectUri).error(Errors.INVALID_REDIRECT_URI);
      throw new ErrorPageException(
          session, Response.Status.BAD_REQUEST, Messages.INVALID_REDIRECT_URI);
    }
  }
}
