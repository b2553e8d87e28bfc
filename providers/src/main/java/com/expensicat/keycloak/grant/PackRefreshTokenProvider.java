package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.grant.GrantStore.Carrier;
import com.expensicat.keycloak.organization.ActiveOrganization;
import com.expensicat.keycloak.organization.OrganizationConsents;
import com.expensicat.keycloak.organization.RealmOrganizations;
import com.expensicat.keycloak.resource.ResourceIndicators;
import com.expensicat.keycloak.token.PersonClaims;
import java.util.Optional;
import java.util.Set;
import org.keycloak.OAuthErrorException;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserConsentModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.utils.RealmModelDelegate;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.protocol.oidc.grants.OAuth2GrantType;
import org.keycloak.protocol.oidc.refresh.DefaultRefreshTokenProvider;
import org.keycloak.protocol.oidc.refresh.InitialRefreshTokenContext;
import org.keycloak.protocol.oidc.refresh.RefreshTokenContext;
import org.keycloak.representations.RefreshToken;
import org.keycloak.services.managers.UserConsentManager;
import org.keycloak.util.TokenUtil;

/**
 * Rotation of refresh tokens (RFC 9700 4.14.2) by grant: the one that was issued last counts, and
 * any other of the same grant ends it.
 *
 * <p>Keycloak counts the uses of a token in the cached client session. It does not take the count
 * back where the database then fails (keycloak/keycloak#49213), lets an older token of the same
 * second pass, ends all grants of a browser session for the sake of one, and guards all that by an
 * entry that stays for a minute where its node dies. Here the database's row is the lock and has
 * the last word.
 */
final class PackRefreshTokenProvider extends DefaultRefreshTokenProvider {

  private final boolean isPackRealm;
  private boolean staysOnline;

  PackRefreshTokenProvider(KeycloakSession session, boolean isPackRealm) {
    super(session);
    this.isPackRealm = isPackRealm;
  }

  @Override
  public boolean supports(InitialRefreshTokenContext context) {
    return isPackRealm && super.supports(context);
  }

  @Override
  public boolean supports(RefreshTokenContext context) {
    return isPackRealm && super.supports(context);
  }

  /**
   * A refresh token stays of the kind that it was, whatever its scope says, and says which
   * organisation its grant is for, or that it is for none.
   */
  @Override
  public RefreshToken generateRefreshToken(InitialRefreshTokenContext context) {
    RefreshToken token =
        super.generateRefreshToken(
            staysOnline
                ? new InitialRefreshTokenContext(
                    context.clientSessionCtx(),
                    context.responseBuilder(),
                    context.event(),
                    false,
                    context.confirmation())
                : context);
    GrantIssue.of(session).ifPresent(issue -> token.id(issue.refreshTokenId()));
    token.setOtherClaims(
        PersonClaims.ORGANIZATION,
        ActiveOrganization.of(
                session, context.clientSessionCtx().getClientSession().getUserSession())
            .orElse(""));
    return token;
  }

  @Override
  public TokenManager.AccessTokenResponseBuilder refreshAccessToken(RefreshTokenContext context)
      throws OAuthErrorException {
    RefreshToken shown = context.oldRefreshToken();
    Optional<String> flaw =
        ResourceIndicators.flawBeside(ResourceIndicators.of(shown), context.resourceParameter());
    if (flaw.isPresent()) {
      throw new OAuthErrorException(OAuthErrorException.INVALID_TARGET, flaw.get());
    }
    staysOnline = TokenUtil.TOKEN_TYPE_REFRESH.equals(shown.getType());
    RealmModel realm = context.grantContext().getRealm();
    Optional<Grant> named = Grant.of(shown.getId());
    Optional<GrantStore> store = GrantStore.of(session);
    Grant grant = named.orElseGet(() -> unnamed(context));
    if (new EndedGrants(session).contains(grant)) {
      throw ended();
    }
    GrantIssue issue =
        new GrantIssue(grant, carrier(context), GrantIssue.organization(shown).orElse(null));
    if (named.isEmpty() || store.isEmpty() || !isRotationStrict(realm)) {
      issue.begin(session);
      TokenManager.AccessTokenResponseBuilder response = refreshed(context, issue);
      GrantStore.remember(
          response.getClientSessionCtx().getClientSession(),
          grant,
          issue.refreshTokenId(),
          issue.organization());
      return response;
    }
    takeTurn(store.get(), issue, shown);
    issue.begin(session);
    return refreshed(withoutKeycloaksRotation(context, realm), issue);
  }

  private TokenManager.AccessTokenResponseBuilder refreshed(
      RefreshTokenContext context, GrantIssue issue) throws OAuthErrorException {
    TokenManager.AccessTokenResponseBuilder response = super.refreshAccessToken(context);
    if (issue.organization() != null) {
      requireOrganization(response.getClientSessionCtx(), issue.organization());
    }
    return response;
  }

  /** Keycloak has looked whether what the grant holds is still granted, for any organisation. */
  private void requireOrganization(ClientSessionContext scopes, String organization)
      throws OAuthErrorException {
    ClientModel client = scopes.getClientSession().getClient();
    if (RealmOrganizations.isDisabled(session, client.getRealm(), organization)) {
      throw new OAuthErrorException(
          OAuthErrorException.INVALID_GRANT, "The organization is disabled");
    }
    if (!client.isConsentRequired()) {
      return;
    }
    UserModel user = scopes.getClientSession().getUserSession().getUser();
    UserConsentModel consent =
        UserConsentManager.getConsentByClient(session, client.getRealm(), user, client.getId());
    if (consent != null
        && !new OrganizationConsents(user, consent, () -> Set.of(organization))
            .cover(organization, scopes.getClientScopesStream())) {
      throw new OAuthErrorException(
          OAuthErrorException.INVALID_GRANT,
          "The person has not granted all of that for this organization any more");
    }
  }

  /** Where a token may be used more than once, by an admin's wish, Keycloak's own count will do. */
  private static boolean isRotationStrict(RealmModel realm) {
    return realm.isRevokeRefreshToken() && realm.getRefreshTokenMaxReuse() == 0;
  }

  private void takeTurn(GrantStore store, GrantIssue issue, RefreshToken shown)
      throws OAuthErrorException {
    Carrier carrier = issue.carrier();
    if (!store.lock(carrier)) {
      throw ended();
    }
    String counts =
        store.refreshTokenId(carrier, issue.grant()).orElseThrow(PackRefreshTokenProvider::ended);
    if (!counts.equals(shown.getId())) {
      issue.begin(session);
      issue.end();
      throw new OAuthErrorException(
          OAuthErrorException.INVALID_GRANT, "The refresh token was used before");
    }
    store.advance(carrier, issue.grant(), issue.refreshTokenId(), issue.organization());
  }

  private static OAuthErrorException ended() {
    return new OAuthErrorException(OAuthErrorException.INVALID_GRANT, "The grant has ended");
  }

  private static Grant unnamed(RefreshTokenContext context) {
    RefreshToken token = context.oldRefreshToken();
    return Grant.ofFamily(
        token.getSessionId(),
        context.grantContext().getClient().getId(),
        String.valueOf(token.getOtherClaims().get(Constants.REUSE_ID)));
  }

  private static Carrier carrier(RefreshTokenContext context) {
    RefreshToken token = context.oldRefreshToken();
    ClientModel client = context.grantContext().getClient();
    return new Carrier(
        token.getSessionId(), client.getId(), TokenUtil.TOKEN_TYPE_OFFLINE.equals(token.getType()));
  }

  private static RefreshTokenContext withoutKeycloaksRotation(
      RefreshTokenContext context, RealmModel realm) {
    OAuth2GrantType.Context grantContext = context.grantContext();
    RealmModel rotated =
        new RealmModelDelegate(realm) {
          @Override
          public boolean isRevokeRefreshToken() {
            return false;
          }
        };
    OAuth2GrantType.Context relaxed =
        new OAuth2GrantType.Context(
            grantContext.getSession(),
            grantContext.getClientConfig(),
            grantContext.getClientAuthAttributes(),
            grantContext.getFormParams(),
            grantContext.getEvent(),
            grantContext.getCors(),
            grantContext.getTokenManager()) {
          @Override
          public RealmModel getRealm() {
            return rotated;
          }
        };
    return new RefreshTokenContext(
        context.oldRefreshToken(),
        relaxed,
        context.grant(),
        context.tokenManager(),
        context.scopeParameter(),
        context.resourceParameter());
  }
}
