package com.expensicat.keycloak.token;

import java.util.Arrays;
import java.util.Optional;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.AccessTokenIntrospectionProvider;
import org.keycloak.representations.AccessToken;

/**
 * The checks that Keycloak makes of an access token at introspection, for a caller that is no
 * client and stands in front of the API: there the token must name the API, and one that is bound
 * to a key or certificate (RFC 9449, RFC 8705) is refused, as its proof is made for the API's
 * address.
 */
public final class AccessTokenCheck extends AccessTokenIntrospectionProvider<AccessToken> {

  private final String audience;

  /**
   * @param audience the {@code aud} that the token must have
   */
  public AccessTokenCheck(KeycloakSession session, String audience) {
    super(session);
    this.audience = audience;
  }

  /**
   * Checks one token.
   *
   * @param event the event of the request, which a refusal ends as an error
   * @return the token, if it is good
   */
  public Optional<AccessToken> check(String encoded, EventBuilder event) {
    eventBuilder = event;
    return introspectionChecks(encoded) ? Optional.of(token) : Optional.empty();
  }

  @Override
  protected boolean introspectionChecks(String encoded) {
    return super.introspectionChecks(encoded)
        && (AccessTokens.isConsentedTo(session, token, client, user, userSession)
            || refuse(AccessTokens.CONSENT_MISSING));
  }

  @Override
  protected boolean verifyToken(String encoded) {
    return super.verifyToken(encoded)
        && (AccessTokens.is(token) || refuse("type_not_allowed"))
        && (token.getConfirmation() == null || refuse("sender_constrained"));
  }

  @Override
  protected boolean verifyAudience() {
    String[] audiences = token.getAudience();
    return (audiences != null && Arrays.asList(audiences).contains(audience))
        || refuse("audience_mismatch");
  }

  /** As for session JWTs, the reason is a code that stays as it is. */
  private boolean refuse(String reason) {
    eventBuilder.detail(Details.REASON, reason).error(Errors.INVALID_TOKEN);
    return false;
  }

  /** The token says itself what is asked for here, so no mapper needs to run. */
  @Override
  public AccessToken transformAccessToken(AccessToken token, UserSessionModel userSession) {
    return token;
  }
}
