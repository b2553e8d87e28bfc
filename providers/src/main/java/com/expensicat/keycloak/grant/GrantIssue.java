package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.SignOuts;
import com.expensicat.keycloak.grant.GrantStore.Carrier;
import com.expensicat.keycloak.grant.GrantStore.Known;
import com.expensicat.keycloak.organization.ActiveOrganization;
import com.expensicat.keycloak.token.PersonClaims;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.keycloak.common.util.SecretGenerator;
import org.keycloak.models.AuthenticatedClientSessionModel;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.utils.OAuth2Code;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.managers.UserConsentManager;

/**
 * A request that issues tokens of a grant. Whoever ends a grant marks it first and takes its
 * sessions away then; who issues commits first and looks then. So one of them meets the other,
 * whatever runs at the same instant.
 */
public final class GrantIssue {

  private static final String ATTRIBUTE = GrantIssue.class.getName();

  private final Grant grant;
  private final Carrier carrier;
  private final String organization;
  private final String refreshTokenId;
  private KeptCode code;
  private String userId;
  private int notBefore;
  private boolean isOnline;
  private boolean isOffline;
  private boolean isConsentNeeded;
  private String taken;
  private boolean isToEnd;
  private List<Known> superfluous = List.of();

  /**
   * @param organization for which the grant is; empty for none, and null where nothing says so,
   *     such as a refresh token from an earlier build
   */
  GrantIssue(Grant grant, Carrier carrier, String organization) {
    this.grant = grant;
    this.carrier = carrier;
    this.organization = organization;
    this.refreshTokenId = grant.in(SecretGenerator.getInstance().generateSecureID());
  }

  /** The first tokens of a grant. */
  static GrantIssue ofCode(KeptCode kept) {
    OAuth2Code code = kept.code();
    GrantIssue issue =
        new GrantIssue(
            Grant.ofCode(code.getId()),
            new Carrier(code.getUserSessionId(), code.getClientUUID(), false),
            kept.organization());
    issue.code = kept;
    return issue;
  }

  /**
   * Has what this session's request exchanges for an access token belong to that token's grant, and
   * end with it.
   *
   * @param subject the access token (RFC 8693 2.1), its signature known to be good
   */
  public static void beginExchange(KeycloakSession session, AccessToken subject) {
    ClientModel client =
        session.getContext().getRealm().getClientByClientId(subject.getIssuedFor());
    if (client != null) {
      Grant.of(subject.getId())
          .map(
              grant ->
                  new GrantIssue(
                      grant,
                      new Carrier(subject.getSessionId(), client.getId(), false),
                      organization(subject).orElse("")))
          .ifPresent(issue -> issue.begin(session));
    }
  }

  /** What a token of a grant says of its organisation. */
  static Optional<String> organization(AccessToken token) {
    return Optional.ofNullable(token.getOtherClaims().get(PersonClaims.ORGANIZATION))
        .filter(String.class::isInstance)
        .map(String.class::cast);
  }

  /** The grant whose tokens this session's request issues. */
  static Optional<GrantIssue> of(KeycloakSession session) {
    return Optional.ofNullable(session.getAttribute(ATTRIBUTE, GrantIssue.class));
  }

  void begin(KeycloakSession session) {
    session.setAttribute(ATTRIBUTE, this);
    if (organization != null) {
      ActiveOrganization.fix(session, organization);
    }
  }

  Grant grant() {
    return grant;
  }

  Carrier carrier() {
    return carrier;
  }

  /**
   * The id of the organisation; empty for none, and null where a token from before does not say.
   */
  String organization() {
    return organization;
  }

  /** The {@code jti} of the refresh token that is issued. */
  String refreshTokenId() {
    return refreshTokenId;
  }

  /** Notes how things stand while the tokens are made. */
  void note(
      KeycloakSession session, AuthenticatedClientSessionModel clientSession, boolean staysOnline) {
    UserSessionModel userSession = clientSession.getUserSession();
    RealmModel realm = userSession.getRealm();
    UserModel user = userSession.getUser();
    userId = user.getId();
    notBefore = SignOuts.notBeforeOf(session, realm, user);
    isOnline = staysOnline;
    isConsentNeeded = consent(session, realm, user);
    taken = GrantEndings.notedTaken(clientSession, code.code().getCodeChallenge());
  }

  private boolean consent(KeycloakSession session, RealmModel realm, UserModel user) {
    ClientModel client = realm.getClientById(carrier.clientUuid());
    return client != null
        && client.isConsentRequired()
        && UserConsentManager.getConsentByClient(session, realm, user, client.getId()) != null;
  }

  /**
   * Has those of the person's grants to the application end that were unused longest, where there
   * are too many with this one.
   */
  void endLongestUnused(KeycloakSession session, UserModel user, ClientModel client) {
    RealmModel realm = client.getRealm();
    List<Known> others =
        GrantStore.of(session).stream()
            .flatMap(store -> store.lastingGrants(realm, user, client))
            .filter(known -> !known.grant().equals(grant))
            .sorted(Comparator.comparingLong(Known::lastUsed))
            .toList();
    int most = PackSettings.get().grantsPerApplication();
    superfluous = others.subList(0, Math.max(0, others.size() + 1 - most));
  }

  /** The grants that have to make room for this one. */
  List<Known> superfluous() {
    return superfluous;
  }

  /** Has the client session that the tokens need remember the grant. */
  void keep(AuthenticatedClientSessionModel clientSession) {
    GrantStore.remember(clientSession, grant, refreshTokenId, organization);
    isOffline = clientSession.getUserSession().isOffline();
  }

  /**
   * Whether the database has the grant, now that its tokens are issued. Keycloak passes over a
   * client session that was removed meanwhile, as the last other grant of it ended.
   *
   * @param session another one than that in which they were issued
   */
  boolean isKept(KeycloakSession session) {
    return !isOffline
        || GrantStore.of(session)
            .map(
                store ->
                    store
                        .refreshTokenId(
                            new Carrier(carrier.userSessionId(), carrier.clientUuid(), true), grant)
                        .isPresent())
            .orElse(true);
  }

  /** Has the grant end once the transaction of this request has. */
  void end() {
    isToEnd = true;
  }

  /** Whether this request has found a reason to end the grant. */
  boolean isToEnd() {
    return isToEnd;
  }

  /**
   * Whether the grant still stands, now that its tokens are in the database.
   *
   * @param session another one than that in which they were issued
   */
  boolean stands(KeycloakSession session) {
    if (new EndedGrants(session).contains(grant)) {
      return false;
    }
    if (userId == null) {
      return true;
    }
    RealmModel realm = session.getContext().getRealm();
    UserModel user = session.users().getUserById(realm, userId);
    return user != null
        && notBefore == SignOuts.notBeforeOf(session, realm, user)
        && (!isOnline || session.sessions().getUserSession(realm, carrier.userSessionId()) != null)
        && (!isConsentNeeded || consent(session, realm, user))
        && !GrantEndings.isTaken(
            session,
            userId,
            carrier.clientUuid(),
            organization == null ? "" : organization,
            taken,
            code.code().getExpiration() - realm.getAccessCodeLifespan());
  }

  /** Gives a code back that gave nothing that lasts. */
  void undo(KeycloakSession session) {
    if (code != null) {
      OneTimeCode.giveBack(session, code);
    }
  }
}
