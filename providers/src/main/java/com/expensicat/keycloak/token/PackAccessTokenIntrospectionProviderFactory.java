package com.expensicat.keycloak.token;

import com.expensicat.keycloak.ReplacingProviderFactory;
import com.expensicat.keycloak.http.Unavailable;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.AccessTokenIntrospectionProvider;
import org.keycloak.protocol.oidc.AccessTokenIntrospectionProviderFactory;
import org.keycloak.protocol.oidc.TokenIntrospectionProvider;
import org.keycloak.representations.AccessToken;

/**
 * Introspection of access tokens (RFC 7662) that takes access tokens only and says so in {@code
 * token_use}. Keycloak calls an ID token active when its own client asks, and answers 400 for bytes
 * that are no token at all.
 */
public class PackAccessTokenIntrospectionProviderFactory
    extends AccessTokenIntrospectionProviderFactory
    implements ReplacingProviderFactory<TokenIntrospectionProvider> {

  private static final Logger logger =
      Logger.getLogger(PackAccessTokenIntrospectionProviderFactory.class);

  @Override
  public TokenIntrospectionProvider create(KeycloakSession session) {
    return isInPackRealm(session) ? new Provider(session) : super.create(session);
  }

  private static final class Provider extends AccessTokenIntrospectionProvider<AccessToken> {

    private static final List<String> CLAIMS_WITHOUT_MAPPER =
        List.of(PersonClaims.SUBJECT, PersonClaims.ORGANIZATION);

    Provider(KeycloakSession session) {
      super(session);
    }

    @Override
    protected boolean introspectionChecks(String tokenStr) {
      if (!super.introspectionChecks(tokenStr)) {
        return false;
      }
      Optional<String> scope = AccessTokens.scope(session, token, client, user, userSession);
      if (scope.isEmpty()) {
        eventBuilder
            .detail(Details.REASON, AccessTokens.CONSENT_MISSING)
            .error(Errors.INVALID_TOKEN);
        transformedToken = null;
        return false;
      }
      transformedToken.setScope(scope.get());
      transformedToken.setOtherClaims(TokenUse.CLAIM, TokenUse.ACCESS);
      return true;
    }

    @Override
    protected boolean verifyToken(String tokenStr) {
      return super.verifyToken(tokenStr) && AccessTokens.isAccessToken(token);
    }

    /**
     * Mappers make the answer; what the pack itself puts into access tokens has none, and the
     * mapper of a scope would name the API also in a token for other resources alone.
     */
    @Override
    public AccessToken transformAccessToken(AccessToken token, UserSessionModel userSession) {
      AccessToken transformed = super.transformAccessToken(token, userSession);
      transformed.audience(token.getAudience());
      if (transformed.getSubject() == null) {
        transformed.subject(userSession.getUser().getId());
      }
      for (String claim : CLAIMS_WITHOUT_MAPPER) {
        Object value = token.getOtherClaims().get(claim);
        if (value != null) {
          transformed.setOtherClaims(claim, value);
        }
      }
      return transformed;
    }

    @Override
    public Response introspect(String tokenStr, EventBuilder event) {
      try {
        return super.introspect(tokenStr, event);
      } catch (RuntimeException e) {
        if (Unavailable.isWhy(e)) {
          throw Unavailable.exception(Unavailable.root(e));
        }
        logger.debug("Not a token", e);
        return Response.ok(Map.of("active", false), MediaType.APPLICATION_JSON_TYPE).build();
      }
    }
  }
}
