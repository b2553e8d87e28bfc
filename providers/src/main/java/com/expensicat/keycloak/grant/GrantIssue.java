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
  private boolean isConsentNeeded;
  private String taken;
  private boolean isToLookFor;
  private boolean isToEnd;
  private List<Known> superfluous = List.of();
  private List<Grant> replaced = List.of();

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
   * Has the client session that the tokens need remember the grant. One that is in the database is
   * locked for it, so that it is not removed meanwhile; one that this request makes is not there
   * yet, or Keycloak's caches alone know it.
   *
   * <p>Where the person has too many grants to the application with this one, those that were
   * unused longest end. Where one client session has as many as there may be, others have none.
   */
  void keep(KeycloakSession session, AuthenticatedClientSessionModel clientSession) {
    boolean lasts = clientSession.getUserSession().isOffline();
    Optional<GrantStore> store = GrantStore.of(session).filter(kept -> lasts);
    if (store.filter(kept -> kept.lock(lasting())).isPresent()) {
      replaced = store.get().add(lasting(), grant, refreshTokenId, organization, most());
    } else {
      GrantStore.remember(clientSession, grant, refreshTokenId, organization);
      isToLookFor = store.isPresent();
    }
    if (replaced.isEmpty()) {
      store.ifPresent(kept -> superfluous = superfluous(kept, clientSession));
    }
  }

  private List<Known> superfluous(GrantStore store, AuthenticatedClientSessionModel clientSession) {
    UserSessionModel userSession = clientSession.getUserSession();
    List<Known> others =
        store
            .lastingGrants(userSession.getRealm(), userSession.getUser(), clientSession.getClient())
            .filter(known -> !known.grant().equals(grant))
            .sorted(Comparator.comparingLong(Known::lastUsed))
            .toList();
    return others.subList(0, Math.max(0, others.size() + 1 - most()));
  }

  private static int most() {
    return PackSettings.get().grantsPerApplication();
  }

  /** The client session that outlives the browser's. */
  private Carrier lasting() {
    return new Carrier(carrier.userSessionId(), carrier.clientUuid(), true);
  }

  /** The grants that have to make room for this one. */
  List<Known> superfluous() {
    return superfluous;
  }

  /** The grants in whose place this one is. */
  List<Grant> replaced() {
    return replaced;
  }

  /**
   * Whether the database has the grant, now that its tokens are issued. Keycloak passes over a
   * client session that was removed meanwhile, as the last other grant of it ended.
   *
   * @param session another one than that in which they were issued
   */
  boolean isKept(KeycloakSession session) {
    return !isToLookFor
        || GrantStore.of(session)
            .filter(store -> store.refreshTokenId(lasting(), grant).isEmpty())
            .isEmpty();
  }

  /** Has the grant end once the transaction of this request has. */
  void end() {
    isToEnd = true;
  }

  /** Whether this request has found a reason to end the grant. */
  boolean isToEnd() {
    return isToEnd;
  }

  /** Whether these are the first tokens of the grant, which more than its end can undo. */
  boolean isFirst() {
    return userId != null;
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
    if (!isFirst()) {
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
