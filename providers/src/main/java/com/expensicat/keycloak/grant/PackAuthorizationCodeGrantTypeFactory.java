package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.ReplacingProviderFactory;
import com.expensicat.keycloak.organization.Organization;
import com.expensicat.keycloak.resource.ResourceIndicators;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.function.Function;
import org.keycloak.OAuth2Constants;
import org.keycloak.OAuthErrorException;
import org.keycloak.authentication.AuthenticationProcessor;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.models.AuthenticatedClientSessionModel;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.protocol.oidc.grants.AuthorizationCodeGrantType;
import org.keycloak.protocol.oidc.grants.AuthorizationCodeGrantTypeFactory;
import org.keycloak.protocol.oidc.grants.OAuth2GrantType;
import org.keycloak.services.CorsErrorResponseException;
import org.keycloak.services.clientpolicy.ClientPolicyContext;
import org.keycloak.services.managers.UserSessionManager;

/**
 * The authorization-code grant, in which a code that comes a second time ends the grant that it
 * gave the first time, also at the same instant (RFC 6749 4.1.2, keycloak/keycloak#22448), and
 * nothing else does. Keycloak ends the client session of the browser that a code names, whoever
 * made that code up, and leaves offline tokens alone.
 *
 * <p>A client that uses no refresh tokens gets no offline session. Keycloak marks its access tokens
 * as those of one where {@code offline_access} is a default scope, and finds none later. Nor does a
 * client get one for a person without the role {@code offline_access}, such as one from a file
 * without default roles: the refresh token is one of the browser's session then (OpenID Connect
 * Core 11). Keycloak would give no tokens at all.
 */
public class PackAuthorizationCodeGrantTypeFactory extends AuthorizationCodeGrantTypeFactory
    implements ReplacingProviderFactory<OAuth2GrantType> {

  @Override
  public OAuth2GrantType create(KeycloakSession session) {
    return isInPackRealm(session) ? new Grantor() : super.create(session);
  }

  private static final class Grantor extends AuthorizationCodeGrantType {

    @Override
    public Response process(Context context) {
      setContext(context);
      Optional<OneTimeCode> shown =
          OneTimeCode.read(session, formParams.getFirst(OAuth2Constants.CODE));
      shown.ifPresent(this::redeem);
      try {
        return super.process(context);
      } catch (CorsErrorResponseException refused) {
        // Keycloak says so where the scopes of a code are not granted any more, though this request
        // asks for none (RFC 6749 5.2).
        throw OAuthErrorException.INVALID_SCOPE.equals(refused.getMessage())
            ? new CorsErrorResponseException(
                cors,
                OAuthErrorException.INVALID_GRANT,
                refused.getErrorDescription(),
                Response.Status.BAD_REQUEST)
            : refused;
      }
    }

    private void redeem(OneTimeCode shown) {
      Optional<KeptCode> unused = shown.unused();
      if (unused.isEmpty()) {
        if (shown.isTaken() || isGrantKnown(shown)) {
          endGrant(shown);
        }
        throw notValid();
      }
      KeptCode kept = unused.get();
      if (!shown.matches(kept.code(), client)) {
        shown.burn();
        throw notValid();
      }
      ResourceIndicators.flawBeside(
              kept.code().getResource(), formParams.getFirst(OAuth2Constants.RESOURCE))
          .ifPresent(
              flaw -> {
                event.detail(Details.REASON, flaw).error(Errors.INVALID_REQUEST);
                throw new CorsErrorResponseException(
                    cors, OAuthErrorException.INVALID_TARGET, flaw, Response.Status.BAD_REQUEST);
              });
      if (!shown.take(realm.getAccessCodeLifespan())) {
        endGrant(shown);
        throw notValid();
      }
      if (kept.organization() != null && !kept.organization().isEmpty()) {
        event.detail(Organization.EVENT_ID, kept.organization());
      }
      GrantIssue.ofCode(kept).begin(session);
    }

    private boolean isGrantKnown(OneTimeCode shown) {
      return GrantStore.of(session)
          .filter(
              store ->
                  store.refreshTokenId(shown.carrier(true), shown.grant()).isPresent()
                      || store.refreshTokenId(shown.carrier(false), shown.grant()).isPresent())
          .isPresent();
    }

    private void endGrant(OneTimeCode shown) {
      shown.person(session, realm).ifPresent(event::user);
      GrantIssue issue = new GrantIssue(shown.grant(), shown.carrier(true), null);
      issue.begin(session);
      issue.end();
    }

    private CorsErrorResponseException notValid() {
      event.error(Errors.INVALID_CODE);
      return new CorsErrorResponseException(
          cors, OAuthErrorException.INVALID_GRANT, "Code not valid", Response.Status.BAD_REQUEST);
    }

    @Override
    protected TokenManager.AccessTokenResponseBuilder createTokenResponseBuilder(
        UserModel user,
        UserSessionModel userSession,
        ClientSessionContext context,
        String scope,
        Function<TokenManager.AccessTokenResponseBuilder, ClientPolicyContext> policies) {
      boolean offline =
          context.isOfflineTokenRequested()
              && useRefreshToken()
              && new UserSessionManager(session).isOfflineTokenAllowed(context);
      context.setAttribute(OAuth2Constants.OFFLINE_ACCESS, offline);
      AuthenticatedClientSessionModel clientSession = context.getClientSession();
      boolean staysOnline =
          clientSession.getNote(AuthenticationProcessor.FIRST_OFFLINE_ACCESS) == null;
      Patience.untilTokensCount(session, realm, user);
      Optional<GrantIssue> issue = GrantIssue.of(session);
      issue.ifPresent(now -> now.note(session, clientSession, staysOnline));
      TokenManager.AccessTokenResponseBuilder response =
          super.createTokenResponseBuilder(user, userSession, context, scope, policies);
      issue.ifPresent(
          now -> now.keep(session, offline ? offlineSession(userSession) : clientSession));
      return response;
    }

    private AuthenticatedClientSessionModel offlineSession(UserSessionModel userSession) {
      return session
          .sessions()
          .getOfflineUserSession(realm, userSession.getId())
          .getAuthenticatedClientSessionByClient(client.getId());
    }
  }
}
