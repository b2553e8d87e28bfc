package com.expensicat.keycloak.session.oauth2;

import com.expensicat.keycloak.PackProviderFactory;
import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.ReplacingProviderFactory;
import com.expensicat.keycloak.http.Unavailable;
import com.expensicat.keycloak.organization.ActiveOrganization;
import com.expensicat.keycloak.scope.RefusedScopes;
import com.expensicat.keycloak.scope.ScopeCatalogProvider;
import com.expensicat.keycloak.session.AcceptedSession;
import com.expensicat.keycloak.session.SessionJwtProvider;
import com.expensicat.keycloak.session.SessionUse;
import com.expensicat.keycloak.session.issuer.IssuerSettings;
import com.expensicat.keycloak.session.verification.RefusalReason;
import com.expensicat.keycloak.session.verification.SessionOrigin;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.keycloak.OAuth2Constants;
import org.keycloak.OAuthErrorException;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.TokenExchangeContext;
import org.keycloak.protocol.oidc.TokenExchangeProvider;
import org.keycloak.protocol.oidc.TokenExchangeProviderFactory;
import org.keycloak.protocol.oidc.tokenexchange.StandardTokenExchangeProvider;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.CorsErrorResponseException;

/**
 * Exchange of a session JWT for an access token (RFC 8693), by the clients that the issuer's
 * settings name: Keycloak's standard token exchange, which takes access tokens only, with another
 * subject token. The access token has the scopes that were asked for and no wider ones than the
 * session; a refresh token, which would outlive the session, is never given.
 */
public class SessionTokenExchangeProviderFactory
    implements TokenExchangeProviderFactory, PackProviderFactory<TokenExchangeProvider> {

  @Override
  public String getId() {
    return IssuerSettings.PROVIDER_ID;
  }

  /** Before Keycloak's, which turns every other type of subject token away. */
  @Override
  public int order() {
    return ReplacingProviderFactory.ORDER;
  }

  @Override
  public TokenExchangeProvider create(KeycloakSession session) {
    return new Provider();
  }

  private static final class Provider extends StandardTokenExchangeProvider {

    /** Scopes besides the catalog's that a session stands for, as it says who the person is. */
    private static final Set<String> SCOPES_OF_IDENTITY =
        Set.of(
            OAuth2Constants.SCOPE_OPENID,
            OAuth2Constants.SCOPE_PROFILE,
            OAuth2Constants.SCOPE_EMAIL);

    private AcceptedSession accepted;

    @Override
    public boolean supports(TokenExchangeContext context) {
      return PackSettings.get().isPackRealm(context.getSession().getContext().getRealm())
          && OAuth2Constants.JWT_TOKEN_TYPE.equals(context.getParams().getSubjectTokenType());
    }

    @Override
    protected Response tokenExchange() {
      requireParameters();
      accepted =
          session
              .getProvider(SessionJwtProvider.class)
              .accept(
                  context.getParams().getSubjectToken(),
                  SessionUse.EXCHANGE,
                  client.getClientId(),
                  () -> event)
              .orElseThrow(this::refusal);
      accepted.tell(event);
      event.detail(Details.USERNAME, accepted.user().getUsername());
      context.setRestrictedScopes(scopesOfToken());
      return exchangeClientToClient(accepted.user(), userSession(), null, true);
    }

    private WebApplicationException refusal(RefusalReason reason) {
      if (reason.isUndecided()) {
        return Unavailable.exception(reason.code());
      }
      return reason == RefusalReason.CLIENT_NOT_ALLOWED
          ? answer(
              OAuthErrorException.UNAUTHORIZED_CLIENT, "This client may not exchange session JWTs")
          : answer(OAuthErrorException.INVALID_REQUEST, "The subject_token is not valid");
    }

    private void requireParameters() {
      if (client.isPublicClient()) {
        throw refusal(
            Errors.INVALID_CLIENT,
            OAuthErrorException.UNAUTHORIZED_CLIENT,
            "A public client may not exchange tokens");
      }
      for (String unsupported :
          List.of(
              OAuth2Constants.ACTOR_TOKEN,
              OAuth2Constants.REQUESTED_SUBJECT,
              OAuth2Constants.REQUESTED_ISSUER,
              OAuth2Constants.SUBJECT_ISSUER)) {
        if (formParams.getFirst(unsupported) != null) {
          throw refusal(
              Errors.INVALID_REQUEST,
              OAuthErrorException.INVALID_REQUEST,
              "The parameter " + unsupported + " is not supported");
        }
      }
      if (context.getParams().getSubjectToken() == null
          || context.getParams().getSubjectToken().isBlank()) {
        throw refusal(
            Errors.INVALID_REQUEST,
            OAuthErrorException.INVALID_REQUEST,
            "The parameter subject_token is missing");
      }
      if (!OAuth2Constants.ACCESS_TOKEN_TYPE.equals(getRequestedTokenType())) {
        throw refusal(
            Errors.INVALID_REQUEST,
            OAuthErrorException.INVALID_REQUEST,
            "Only an access token can be requested");
      }
    }

    /**
     * What was asked for, and those of the client's default scopes that are no right at the API,
     * among them {@code basic}, which gives {@code sub}.
     */
    private Set<String> scopesOfToken() {
      ScopeCatalogProvider catalog = session.getProvider(ScopeCatalogProvider.class);
      Set<String> scopes = requestedScopes();
      client.getClientScopes(true).keySet().stream()
          .filter(Predicate.not(catalog::contains))
          .filter(Predicate.not(OAuth2Constants.OFFLINE_ACCESS::equals))
          .forEach(scopes::add);
      return scopes;
    }

    private Set<String> requestedScopes() {
      String scope = formParams.getFirst(OAuth2Constants.SCOPE);
      return scope == null || scope.isBlank()
          ? new HashSet<>()
          : new HashSet<>(Arrays.asList(scope.strip().split(" +", -1)));
    }

    @Override
    protected String getRequestedScope(AccessToken token, List<ClientModel> audience) {
      String scope = super.getRequestedScope(token, audience);
      List<String> wider =
          requestedScopes().stream()
              .filter(Predicate.not(accepted.scopes()::contains))
              .filter(Predicate.not(SCOPES_OF_IDENTITY::contains))
              .sorted()
              .toList();
      if (!wider.isEmpty()) {
        throw refusal(
            Errors.INVALID_REQUEST,
            OAuthErrorException.INVALID_SCOPE,
            RefusedScopes.naming("Wider than the session", wider));
      }
      return scope;
    }

    /** The session JWT is no token of a client, so there is no audience of it to look at. */
    @Override
    protected void validateAudience(
        AccessToken token, boolean disallowOnHolderOfTokenMismatch, List<ClientModel> targets) {
      if (targets.stream().anyMatch(Predicate.not(ClientModel::isEnabled))) {
        throw refusal(
            Errors.CLIENT_DISABLED, OAuthErrorException.INVALID_CLIENT, "Client disabled");
      }
    }

    private UserSessionModel userSession() {
      UserSessionModel userSession =
          session
              .sessions()
              .createUserSession(
                  null,
                  realm,
                  accepted.user(),
                  accepted.user().getUsername(),
                  clientConnection.getRemoteHost(),
                  IssuerSettings.PROVIDER_ID,
                  false,
                  null,
                  null,
                  UserSessionModel.SessionPersistenceState.TRANSIENT);
      userSession.setNote(Details.IDENTITY_PROVIDER, accepted.verified().issuerAlias());
      userSession.setNote(
          SessionClaimsPostProcessorFactory.EXPIRY_NOTE,
          Long.toString(accepted.verified().expiresAt()));
      userSession.setNote(
          SessionClaimsPostProcessorFactory.ORIGIN_NOTE,
          SessionOrigin.of(accepted.verified()).note());
      accepted
          .organization()
          .ifPresent(organization -> userSession.setNote(ActiveOrganization.NOTE, organization));
      return userSession;
    }

    private CorsErrorResponseException refusal(String event, String error, String description) {
      this.event.detail(Details.REASON, description).error(event);
      return answer(error, description);
    }

    private CorsErrorResponseException answer(String error, String description) {
      return new CorsErrorResponseException(cors, error, description, Response.Status.BAD_REQUEST);
    }
  }
}
