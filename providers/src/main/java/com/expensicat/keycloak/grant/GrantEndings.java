package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.AfterCommit;
import com.expensicat.keycloak.Ending;
import com.expensicat.keycloak.grant.GrantStore.Carrier;
import com.expensicat.keycloak.grant.GrantStore.Known;
import com.expensicat.keycloak.http.Unavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keycloak.common.util.Retry;
import org.keycloak.common.util.Time;
import org.keycloak.models.AuthenticatedClientSessionModel;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.services.managers.UserSessionManager;

/** Ends grants: marks them for all nodes, and takes the sessions away that are left. */
public final class GrantEndings {

  /** Names what was taken away last, as long as codes from before may live. */
  private static final String TAKEN = "expensicat.taken";

  /** When that was, in seconds since the epoch. */
  private static final String AT = "at";

  /** A database refuses all but one of those that change the same rows at one instant. */
  private static final int TRIES = 10;

  /** The base of Keycloak's back-off between tries, in milliseconds. */
  private static final int PAUSE = 10;

  private final KeycloakSession session;
  private final String realmId;

  /**
   * @param session the session of a request that has ended what it had to do in the database, or
   *     has not begun: everything here has a transaction of its own
   */
  GrantEndings(KeycloakSession session) {
    this(session, session.getContext().getRealm());
  }

  GrantEndings(KeycloakSession session, RealmModel realm) {
    this.session = session;
    this.realmId = realm.getId();
  }

  /** Ends grants once the transaction of a request has ended well, before its answer is given. */
  static void afterwards(KeycloakSession session, RealmModel realm, Consumer<GrantEndings> ending) {
    GrantEndings endings = new GrantEndings(session, realm);
    AfterCommit.run(session, () -> ending.accept(endings));
  }

  /** Ends the grant that a request has issued tokens of. */
  void end(GrantIssue issue) {
    end(issue.grant(), issue.carrier().userSessionId(), issue.carrier().clientUuid());
  }

  /** Ends the grants that have to make room for one that was issued. */
  void makeRoom(GrantIssue issue) {
    issue.superfluous().forEach(this::end);
    issue.replaced().forEach(grant -> endReplaced(grant, issue.carrier().clientUuid()));
  }

  /** Ends a grant that its client session has no more. */
  private void endReplaced(Grant grant, String clientUuid) {
    inTransaction(own -> new EndedGrants(own).add(grant, clientUuid));
    Ending.GRANT.count();
  }

  /**
   * Has a code be redeemed once more that gave a grant which the database does not have: gives it
   * back, and takes the client session away that only Keycloak's caches know.
   */
  void undoLost(GrantIssue issue) {
    Carrier carrier = issue.carrier();
    GrantStore.removingOnlyEmpty(
        () ->
            inTransaction(
                own ->
                    takeAway(
                        own, new Carrier(carrier.userSessionId(), carrier.clientUuid(), true))));
    issue.undo(session);
  }

  /** Ends one grant; others of the same browser session and client go on. */
  void end(Grant grant, String userSessionId, String clientUuid) {
    GrantStore.removingOnlyEmpty(
        () ->
            inTransaction(
                own -> {
                  new EndedGrants(own).add(grant, clientUuid);
                  takeAway(own, grant, new Carrier(userSessionId, clientUuid, true));
                  takeAway(own, grant, new Carrier(userSessionId, clientUuid, false));
                }));
    Ending.GRANT.count();
  }

  private static void takeAway(KeycloakSession own, Grant grant, Carrier carrier) {
    GrantStore.of(own)
        .filter(store -> store.forget(carrier, grant))
        .ifPresent(store -> takeAway(own, carrier));
  }

  private static void takeAway(KeycloakSession own, Carrier carrier) {
    RealmModel realm = own.getContext().getRealm();
    ClientModel client = realm.getClientById(carrier.clientUuid());
    UserSessionModel userSession =
        carrier.offline()
            ? own.sessions().getOfflineUserSession(realm, carrier.userSessionId())
            : own.sessions().getUserSession(realm, carrier.userSessionId());
    if (client == null || userSession == null) {
      return;
    }
    if (carrier.offline()) {
      new UserSessionManager(own)
          .removeClientFromOfflineUserSession(realm, userSession, client, userSession.getUser());
      return;
    }
    AuthenticatedClientSessionModel clientSession =
        userSession.getAuthenticatedClientSessionByClient(client.getId());
    if (clientSession != null) {
      clientSession.detachFromUserSession();
    }
  }

  /**
   * Ends what a person has granted to an application until now, codes included that have not been
   * redeemed yet.
   */
  void endApplication(String userId, String clientUuid) {
    endCodes(fromApplication(userId, clientUuid));
    inTransaction(
        own -> {
          RealmModel realm = own.getContext().getRealm();
          UserModel user = own.users().getUserById(realm, userId);
          ClientModel client = realm.getClientById(clientUuid);
          if (user != null && client != null) {
            new UserSessionManager(own).revokeOfflineToken(user, client);
          }
        });
    Ending.APPLICATION.count();
  }

  /**
   * Ends what a person has granted to an application for one organisation, once the transaction of
   * a request has ended well.
   *
   * @param organization its id; empty for none
   */
  public static void takeAway(
      KeycloakSession session, UserModel user, ClientModel client, String organization) {
    String userId = user.getId();
    String clientUuid = client.getId();
    afterwards(
        session,
        client.getRealm(),
        endings -> endings.endApplication(userId, clientUuid, organization));
  }

  private void endApplication(String userId, String clientUuid, String organization) {
    endCodes(fromApplication(userId, clientUuid, organization));
    endGrants(userId, organization, known -> known.carrier().clientUuid().equals(clientUuid));
    Ending.APPLICATION.count();
  }

  /**
   * Ends what a person has granted to any application for an organisation, and all codes of the
   * person that nobody has redeemed yet.
   */
  void endOrganization(String userId, String organization) {
    endCodesOf(userId);
    endGrants(userId, organization, known -> true);
    Ending.ORGANIZATION.count();
  }

  private void endGrants(String userId, String organization, Predicate<Known> which) {
    List<Known> grants = new ArrayList<>();
    inTransaction(
        own -> {
          RealmModel realm = own.getContext().getRealm();
          UserModel user = own.users().getUserById(realm, userId);
          if (user != null) {
            GrantStore.of(own).stream()
                .flatMap(store -> store.grants(realm, user))
                .filter(which)
                .filter(known -> organization.equals(EarlierGrants.organization(own, known)))
                .forEach(grants::add);
          }
        });
    grants.forEach(this::end);
  }

  private void end(Known known) {
    end(known.grant(), known.carrier().userSessionId(), known.carrier().clientUuid());
  }

  /**
   * Ends the codes of a person that nobody has redeemed yet. A sign-out does it before it says what
   * "not before" is: so what a code gives at the same instant was issued before that, or is refused
   * for this.
   */
  void endCodesOf(String userId) {
    endCodes(fromPerson(userId));
  }

  /** Ends the codes of everybody, as {@link #endCodesOf} does a person's. */
  void endCodesOfEverybody() {
    endCodes(fromEverybody(realmId));
  }

  private void endCodes(String taken) {
    inTransaction(
        own ->
            own.singleUseObjects()
                .put(
                    taken,
                    2L * own.getContext().getRealm().getAccessCodeLifespan(),
                    Map.of(
                        TAKEN,
                        KeycloakModelUtils.generateId(),
                        AT,
                        Long.toString(Time.currentTimeSeconds()))));
  }

  /**
   * Notes for the code that a login ends with what was taken away before, and so not from this
   * code.
   *
   * @param codeChallenge of the request (RFC 7636 4.2), by which the code is known later
   * @param organization for which the code is; empty for none
   */
  public static void noteTaken(
      KeycloakSession session,
      UserModel user,
      AuthenticatedClientSessionModel clientSession,
      String codeChallenge,
      String organization) {
    String taken =
        lastTaken(session, user.getId(), clientSession.getClient().getId(), organization)
            .map(last -> last.get(TAKEN))
            .collect(Collectors.joining(" "));
    if (!taken.isEmpty()) {
      clientSession.setNote(note(codeChallenge), taken);
    }
  }

  /** What {@link #noteTaken} has noted for a code; null if nothing. */
  static String notedTaken(AuthenticatedClientSessionModel clientSession, String codeChallenge) {
    return clientSession.getNote(note(codeChallenge));
  }

  private static String note(String codeChallenge) {
    return TAKEN + '.' + codeChallenge;
  }

  /**
   * Whether access was taken away after a code was given. Of the second in which both happened only
   * the note knows the order.
   *
   * @param organization for which the code is; empty for none
   * @param noted by {@link #noteTaken}; may be null
   * @param issuedAt when the code was given, in seconds since the epoch
   */
  static boolean isTaken(
      KeycloakSession session,
      String userId,
      String clientUuid,
      String organization,
      String noted,
      long issuedAt) {
    Set<String> before = noted == null ? Set.of() : Set.of(noted.split(" ", -1));
    return lastTaken(session, userId, clientUuid, organization)
        .filter(last -> !before.contains(last.get(TAKEN)))
        .anyMatch(last -> issuedAt <= Long.parseLong(last.get(AT)));
  }

  private static Stream<Map<String, String>> lastTaken(
      KeycloakSession session, String userId, String clientUuid, String organization) {
    return Stream.of(
            fromApplication(userId, clientUuid, organization),
            fromApplication(userId, clientUuid),
            fromPerson(userId),
            fromEverybody(session.getContext().getRealm().getId()))
        .map(session.singleUseObjects()::get)
        .filter(Objects::nonNull);
  }

  private static String fromApplication(String userId, String clientUuid) {
    return fromPerson(userId) + ':' + clientUuid;
  }

  private static String fromApplication(String userId, String clientUuid, String organization) {
    return fromApplication(userId, clientUuid) + ':' + organization;
  }

  private static String fromPerson(String userId) {
    return TAKEN + ':' + userId;
  }

  private static String fromEverybody(String realmId) {
    return TAKEN + ":realm:" + realmId;
  }

  /** Ends everything that a person has granted until now. */
  void endAll(String userId) {
    inTransaction(
        own -> {
          RealmModel realm = own.getContext().getRealm();
          UserModel user = own.users().getUserById(realm, userId);
          if (user != null) {
            UserSessionManager sessions = new UserSessionManager(own);
            sessions.findOfflineSessionsStream(realm, user).toList().stream()
                .forEach(sessions::revokeOfflineUserSession);
          }
        });
    Ending.PERSON.count();
  }

  private void inTransaction(Consumer<KeycloakSession> job) {
    AtomicLong began = new AtomicLong();
    Retry.executeWithBackoff(
        tried -> {
          began.set(System.nanoTime());
          KeycloakModelUtils.runJobInTransaction(
              session.getKeycloakSessionFactory(),
              own -> {
                own.getContext().setRealm(own.realms().getRealm(realmId));
                job.accept(own);
              });
        },
        (tried, e) -> {
          if (Unavailable.isLasting(e, began.get())) {
            throw (RuntimeException) e;
          }
        },
        TRIES,
        PAUSE);
  }
}
