package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.ReplacingProviderFactory;
import java.util.function.Function;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.TokenManager;
import org.keycloak.protocol.oidc.grants.ClientCredentialsGrantType;
import org.keycloak.protocol.oidc.grants.ClientCredentialsGrantTypeFactory;
import org.keycloak.protocol.oidc.grants.OAuth2GrantType;
import org.keycloak.services.clientpolicy.ClientPolicyContext;

/**
 * The client-credentials grant, which gives no offline session. Keycloak makes one for each request
 * where {@code offline_access} is a default scope of the client and it uses refresh tokens, and
 * else marks the access token as that of one.
 */
public class PackClientCredentialsGrantTypeFactory extends ClientCredentialsGrantTypeFactory
    implements ReplacingProviderFactory<OAuth2GrantType> {

  @Override
  public OAuth2GrantType create(KeycloakSession session) {
    return isInPackRealm(session) ? new ServiceAccountGrant() : super.create(session);
  }

  private static final class ServiceAccountGrant extends ClientCredentialsGrantType {

    /** RFC 6749 4.4.3: a refresh token should not be included. */
    @Override
    protected boolean useRefreshToken() {
      return false;
    }

    @Override
    protected TokenManager.AccessTokenResponseBuilder createTokenResponseBuilder(
        UserModel user,
        UserSessionModel userSession,
        ClientSessionContext context,
        String scope,
        Function<TokenManager.AccessTokenResponseBuilder, ClientPolicyContext> policies) {
      context.setAttribute(OAuth2Constants.OFFLINE_ACCESS, false);
      Patience.untilTokensCount(session, realm, user);
      return super.createTokenResponseBuilder(user, userSession, context, scope, policies);
    }
  }
}
