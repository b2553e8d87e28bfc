package com.expensicat.keycloak.session.oauth2;

import com.expensicat.keycloak.organization.ActiveOrganization;
import com.expensicat.keycloak.session.issuer.SessionIssuers;
import com.expensicat.keycloak.session.verification.SessionOrigin;
import com.expensicat.keycloak.token.AccessTokenPostProcessorFactory;
import com.expensicat.keycloak.token.PersonClaims;
import com.expensicat.keycloak.token.TokenOrigin;
import java.util.Comparator;
import java.util.Optional;
import org.keycloak.events.Details;
import org.keycloak.models.FederatedIdentityModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.token.TokenPostProcessorContext;
import org.keycloak.representations.AccessToken;

/**
 * What access tokens carry of a person's issuer: the person's id there, so that an API has one key
 * for a person whichever token came, and the organisation. A token that was made of a session JWT
 * does not outlive it, and tells what that was.
 */
public class SessionClaimsPostProcessorFactory extends AccessTokenPostProcessorFactory {

  /** The note of a user session that was made of a session JWT: when that expires. */
  static final String EXPIRY_NOTE = "expensicat.session-exp";

  /** The note of such a user session: what it was made of. */
  static final String ORIGIN_NOTE = "expensicat.session-origin";

  @Override
  public String getId() {
    return "expensicat-session-claims";
  }

  @Override
  protected void process(
      KeycloakSession session, RealmModel realm, TokenPostProcessorContext context) {
    AccessToken token = context.accessToken();
    UserSessionModel userSession = context.clientSessionCtx().getClientSession().getUserSession();
    subject(session, realm, userSession)
        .ifPresent(subject -> token.setOtherClaims(PersonClaims.SUBJECT, subject));
    ActiveOrganization.of(session, userSession)
        .ifPresent(organization -> token.setOtherClaims(PersonClaims.ORGANIZATION, organization));
    note(userSession, EXPIRY_NOTE)
        .map(Long::valueOf)
        .filter(expiry -> expiry < token.getExp())
        .ifPresent(token::exp);
    note(userSession, ORIGIN_NOTE)
        .map(SessionOrigin::claim)
        .ifPresent(origin -> token.setOtherClaims(TokenOrigin.CLAIM, origin));
  }

  private static Optional<String> note(UserSessionModel userSession, String name) {
    return Optional.ofNullable(userSession.getNote(name));
  }

  /** The id at the issuer that signed the person in, else at the first by alias. */
  private static Optional<String> subject(
      KeycloakSession session, RealmModel realm, UserSessionModel userSession) {
    UserModel user = userSession.getUser();
    String signedInBy = userSession.getNote(Details.IDENTITY_PROVIDER);
    return session
        .users()
        .getFederatedIdentitiesStream(realm, user)
        .filter(
            link ->
                SessionIssuers.isIssuer(
                    session.identityProviders().getByAlias(link.getIdentityProvider())))
        .min(
            Comparator.comparing(
                    (FederatedIdentityModel link) -> !link.getIdentityProvider().equals(signedInBy))
                .thenComparing(FederatedIdentityModel::getIdentityProvider))
        .map(FederatedIdentityModel::getUserId);
  }
}
