package com.expensicat.keycloak.session.signin;

import com.expensicat.keycloak.organization.LoginOrganization;
import com.expensicat.keycloak.session.SessionJwtProvider;
import com.expensicat.keycloak.session.issuer.SessionIdentityProviderConfig;
import com.expensicat.keycloak.session.user.SessionUsers;
import com.expensicat.keycloak.session.verification.RefusalReason;
import com.expensicat.keycloak.session.verification.VerifiedSession;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;
import org.keycloak.OAuth2Constants;
import org.keycloak.broker.provider.AbstractIdentityProvider;
import org.keycloak.broker.provider.AuthenticationRequest;
import org.keycloak.broker.provider.BrokeredIdentityContext;
import org.keycloak.broker.provider.IdentityBrokerException;
import org.keycloak.broker.provider.util.IdentityBrokerState;
import org.keycloak.common.util.SecretGenerator;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.Constants;
import org.keycloak.models.FederatedIdentityModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.representations.IDToken;
import org.keycloak.services.messages.Messages;
import org.keycloak.services.resources.IdentityBrokerService;
import org.keycloak.services.util.AuthenticationFlowURLHelper;
import org.keycloak.sessions.AuthenticationSessionModel;

/**
 * Sign-in by an issuer of session JWTs. Keycloak sends the browser to the web application's
 * hand-over page with {@code state} and {@code nonce}, and the page posts them back, {@code state}
 * as it came and {@code nonce} inside a JWT that it made for this sign-in.
 *
 * <p>Nobody gets a browser session by a session JWT that was planted or stolen: {@code state}
 * counts in the browser that started the sign-in and nowhere else, and a JWT counts for the one
 * sign-in whose {@code nonce} it holds, addressed to this realm, once. A plain session JWT has
 * neither. Where the page sends the browser is a setting of its own, so that nobody can have it
 * sent elsewhere.
 */
public class SessionIdentityProvider
    extends AbstractIdentityProvider<SessionIdentityProviderConfig> {

  /** The field in which the page posts the JWT, named as in RFC 7521 4.1. */
  static final String ASSERTION = OAuth2Constants.ASSERTION;

  /** The note of a sign-in that holds the nonce. */
  private static final String NONCE = "expensicat-session-nonce";

  SessionIdentityProvider(KeycloakSession session, SessionIdentityProviderConfig config) {
    super(session, config);
  }

  @Override
  public Response performLogin(AuthenticationRequest request) {
    String page =
        getConfig()
            .settings()
            .handOverUrl()
            .orElseThrow(() -> new IdentityBrokerException("The issuer has no hand-over page"));
    AuthenticationSessionModel authSession = request.getAuthenticationSession();
    String nonce = SecretGenerator.getInstance().randomString(43);
    authSession.setAuthNote(NONCE, nonce);
    UriBuilder address =
        UriBuilder.fromUri(page)
            .queryParam(OAuth2Constants.STATE, request.getState().getEncoded())
            .queryParam(IDToken.NONCE, nonce);
    LoginOrganization.requested(authSession)
        .ifPresent(id -> address.queryParam(LoginOrganization.PARAMETER, id));
    if (PackIdentityProviderAuthenticator.isTrying(authSession)) {
      address.queryParam(OIDCLoginProtocol.PROMPT_PARAM, OIDCLoginProtocol.PROMPT_VALUE_NONE);
    }
    return Response.seeOther(address.build()).build();
  }

  @Override
  public Object callback(RealmModel realm, AuthenticationCallback callback, EventBuilder event) {
    return new HandOver(this, callback, event.event(EventType.IDENTITY_PROVIDER_LOGIN));
  }

  /** Where the hand-over page posts to. */
  public static final class HandOver {

    private final SessionIdentityProvider issuer;
    private final AuthenticationCallback callback;
    private final EventBuilder event;

    HandOver(SessionIdentityProvider issuer, AuthenticationCallback callback, EventBuilder event) {
      this.issuer = issuer;
      this.callback = callback;
      this.event = event;
    }

    /**
     * Ends the hand-over.
     *
     * @param state as the page got it
     * @param assertion a JWT for this sign-in; without one nobody is signed in there, and the
     *     person goes back to the login page
     */
    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response end(
        @FormParam(OAuth2Constants.STATE) String state, @FormParam(ASSERTION) String assertion) {
      AuthenticationSessionModel authSession =
          callback.getAndVerifyAuthenticationSession(issuer.readable(state));
      issuer.session.getContext().setAuthenticationSession(authSession);
      PackIdentityProviderAuthenticator.tried(authSession);
      String nonce = authSession.getAuthNote(NONCE);
      authSession.removeAuthNote(NONCE);
      return assertion == null
          ? issuer.backToLoginPage(authSession)
          : issuer.signIn(authSession, assertion, nonce == null ? "" : nonce, callback, event);
    }
  }

  /** An empty state in the place of one that Keycloak fails to decode, and answers 500. */
  private String readable(String state) {
    try {
      return state == null
          ? ""
          : IdentityBrokerState.encoded(state, session.getContext().getRealm()).getEncoded();
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private Response backToLoginPage(AuthenticationSessionModel authSession) {
    return Response.seeOther(
            new AuthenticationFlowURLHelper(
                    session, authSession.getRealm(), session.getContext().getUri())
                .getLastExecutionUrl(authSession))
        .build();
  }

  private Response signIn(
      AuthenticationSessionModel authSession,
      String assertion,
      String nonce,
      AuthenticationCallback callback,
      EventBuilder event) {
    return session
        .getProvider(SessionJwtProvider.class)
        .acceptForSignIn(assertion, getConfig().getAlias(), nonce, isLinking(authSession), event)
        .either(
            accepted -> callback.authenticated(identity(accepted, authSession)),
            reason ->
                callback.error(
                    getConfig(),
                    reason == RefusalReason.USER_DISABLED
                        ? Messages.ACCOUNT_DISABLED
                        : Messages.IDENTITY_PROVIDER_LOGIN_FAILURE));
  }

  private BrokeredIdentityContext identity(
      VerifiedSession accepted, AuthenticationSessionModel authSession) {
    BrokeredIdentityContext identity = new SessionUsers(session).brokeredIdentity(accepted);
    identity.setAuthenticationSession(authSession);
    LoginOrganization.note(
        authSession,
        accepted.organization(),
        accepted.organizations(),
        accepted.namesAllOrganizations());
    return identity;
  }

  /** Whether a user who is signed in already is adding this issuer to the account. */
  private static boolean isLinking(AuthenticationSessionModel authSession) {
    return authSession.getAuthNote(IdentityBrokerService.LINKING_IDENTITY_PROVIDER) != null
        || "idp_link".equals(authSession.getClientNote(Constants.KC_ACTION));
  }

  /** Done already, and more carefully: see {@link SessionUsers}. */
  @Override
  public void updateBrokeredUser(
      KeycloakSession session, RealmModel realm, UserModel user, BrokeredIdentityContext context) {}

  @Override
  public boolean reloadKeys() {
    return session.getProvider(SessionJwtProvider.class).reloadKeys(getConfig());
  }

  @Override
  @Deprecated
  @SuppressWarnings("InlineMeSuggester") // deprecated by Keycloak, which still calls it
  public Response retrieveToken(KeycloakSession session, FederatedIdentityModel identity) {
    return noToken();
  }

  @Override
  public Response retrieveToken(
      KeycloakSession session,
      FederatedIdentityModel identity,
      UserSessionModel userSession,
      UserModel user) {
    return noToken();
  }

  /** The issuer has no token that could be kept and given to applications. */
  private static Response noToken() {
    return Response.status(Response.Status.NOT_FOUND).build();
  }
}
