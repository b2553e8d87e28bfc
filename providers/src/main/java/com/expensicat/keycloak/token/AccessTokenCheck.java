package com.expensicat.keycloak.token;

import com.expensicat.keycloak.http.ProofKey;
import com.expensicat.keycloak.resource.ProtectedResource;
import java.net.URISyntaxException;
import java.util.Optional;
import org.keycloak.OAuth2Constants;
import org.keycloak.OAuthErrorException;
import org.keycloak.common.VerificationException;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.http.HttpRequest;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.AccessTokenIntrospectionProvider;
import org.keycloak.protocol.oidc.OIDCAdvancedConfigWrapper;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.util.DPoPUtil;

/**
 * The checks that Keycloak makes of an access token at introspection, for a caller that is no
 * client and stands in front of the API: there the token must name the resource, and one that is
 * bound to a key must come with a proof of that key for the request at the API (RFC 9449 7). One
 * that is bound to a certificate (RFC 8705) is refused, as the connection that shows it ends at the
 * API.
 */
public final class AccessTokenCheck extends AccessTokenIntrospectionProvider<AccessToken> {

  private final ProtectedResource resource;
  private boolean isWithProof;
  private Optional<ApiRequest> request = Optional.empty();
  private String error = OAuthErrorException.INVALID_TOKEN;

  /** What the check finds. */
  public sealed interface Finding {

    /**
     * A token that is good.
     *
     * @param user whose it is, whatever the token says of that; for an application that acts for
     *     itself, its service account
     */
    record Good(AccessToken token, UserModel user) implements Finding {}

    /**
     * A token that is refused.
     *
     * @param error {@code invalid_token}, or {@code invalid_dpop_proof} where the token is good and
     *     the proof is not
     */
    record Refused(String error) implements Finding {}
  }

  /**
   * @param resource that the caller stands in front of
   */
  public AccessTokenCheck(KeycloakSession session, ProtectedResource resource) {
    super(session);
    this.resource = resource;
  }

  /**
   * Checks a token that is shown as a bearer token.
   *
   * @param event the event of the request, which a refusal ends as an error
   */
  public Finding check(String encoded, EventBuilder event) {
    eventBuilder = event;
    return introspectionChecks(encoded)
        ? new Finding.Good(token, user)
        : new Finding.Refused(error);
  }

  /**
   * Checks a token that is shown with a proof of its key in the {@code DPoP} header.
   *
   * @param provenFor what the proof must be for; without it no proof is good
   * @param event the event of the request, which a refusal ends as an error
   */
  public Finding checkWithProof(
      String encoded, Optional<ApiRequest> provenFor, EventBuilder event) {
    isWithProof = true;
    request = provenFor;
    return check(encoded, event);
  }

  @Override
  protected boolean introspectionChecks(String encoded) {
    return super.introspectionChecks(encoded)
        && (stillCounts() || refuse(AccessTokens.CONSENT_MISSING))
        && isFromItsHolder(encoded);
  }

  private boolean stillCounts() {
    Optional<String> scope = AccessTokens.scope(session, token, client, user, userSession);
    scope.ifPresent(token::setScope);
    return scope.isPresent();
  }

  @Override
  protected boolean verifyToken(String encoded) {
    return super.verifyToken(encoded)
        && (AccessTokens.isAccessToken(token) || refuse("type_not_allowed"));
  }

  @Override
  protected boolean verifyAudience() {
    return token.hasAudience(resource.audience()) || refuse("audience_mismatch");
  }

  /** The proof is looked at last, because looking uses it up. */
  private boolean isFromItsHolder(String encoded) {
    AccessToken.Confirmation confirmation = token.getConfirmation();
    if (isWithProof) {
      if (confirmation == null) {
        return refuse("not_sender_constrained");
      }
      if (confirmation.getCertThumbprint() != null || confirmation.getKeyThumbprint() == null) {
        return refuse("sender_constrained");
      }
      return request.isEmpty() ? refuse("request_unknown") : isProven(encoded, request.get());
    }
    if (confirmation != null) {
      return refuse("sender_constrained");
    }
    return !OIDCAdvancedConfigWrapper.fromClientModel(client).isUseDPoP()
        || refuse("proof_required");
  }

  private boolean isProven(String encoded, ApiRequest proven) {
    HttpRequest check = session.getContext().getHttpRequest();
    try {
      if (!ProofKey.isUsable(
          check.getHttpHeaders().getHeaderString(OAuth2Constants.DPOP_HTTP_HEADER))) {
        throw new VerificationException("The key of the proof cannot be used");
      }
      DPoPUtil.validateBinding(
          token,
          new DPoPUtil.Validator(session)
              .request(check)
              .method(proven.method())
              .uri(proven.address().toString())
              .accessToken(encoded)
              .validate());
      return true;
    } catch (VerificationException | URISyntaxException e) {
      error = OAuthErrorException.INVALID_DPOP_PROOF;
      eventBuilder.detail(Details.REASON, e.getMessage()).error(Errors.INVALID_DPOP_PROOF);
      return false;
    }
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
