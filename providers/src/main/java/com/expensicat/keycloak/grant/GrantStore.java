package com.expensicat.keycloak.grant;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.TypedQuery;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.keycloak.common.util.Time;
import org.keycloak.models.AuthenticatedClientSessionModel;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.jpa.session.JpaUserSessionPersisterProvider;
import org.keycloak.models.jpa.session.PersistentClientSessionEntity;
import org.keycloak.models.jpa.session.PersistentUserSessionEntity;
import org.keycloak.models.session.UserSessionPersisterProvider;
import org.keycloak.storage.StorageId;
import org.keycloak.util.JsonSerialization;

/**
 * Keycloak's sessions in the database, where each client session tells of its grants which refresh
 * token counts. The database is asked and not Keycloak's cache, which may hold what was never
 * committed (keycloak/keycloak#49213), and its lock on the row lets one refresh through at a time:
 * a node that dies lets go of it, where Keycloak's own lock stays for a minute.
 *
 * <p>Whoever removes a client session, in whatever way, ends its grants.
 */
final class GrantStore extends JpaUserSessionPersisterProvider {

  /** A note of a client session for each of its grants: the refresh token's id, and a time. */
  private static final String NOTE = "expensicat.grant.";

  private static final String NOTES = "notes";

  /** Jakarta Persistence's hint for a lock, and Hibernate's value that passes over locked rows. */
  private static final String LOCK_TIMEOUT = "jakarta.persistence.lock.timeout";

  private static final int SKIP_LOCKED = -2;

  private static final long LONGEST_WAIT = 5_000_000_000L;

  /** Between two looks at a row that somebody else keeps, in milliseconds. */
  private static final long PAUSE = 5;

  private static final long LONGEST_PAUSE = 40;

  private static final ThreadLocal<Boolean> ONLY_EMPTY = ThreadLocal.withInitial(() -> false);

  private static final String ROW =
      " from PersistentClientSessionEntity c where c.userSessionId = :userSession"
          + " and c.offline = :offline and c.clientId = :client"
          + " and c.clientStorageProvider = :provider and c.externalClientId = :external";

  private final KeycloakSession session;
  private final EntityManager entities;

  GrantStore(KeycloakSession session, EntityManager entities, int expirationBatch) {
    super(session, entities, expirationBatch);
    this.session = session;
    this.entities = entities;
  }

  /** The store; empty where somebody has put another one into its place. */
  static Optional<GrantStore> of(KeycloakSession session) {
    return session.getProvider(UserSessionPersisterProvider.class) instanceof GrantStore store
        ? Optional.of(store)
        : Optional.empty();
  }

  /** Which client session it is: its user session, its client, and whether it is an offline one. */
  record Carrier(String userSessionId, String clientUuid, boolean offline) {}

  /**
   * A grant as a person's account has it.
   *
   * @param lastUsed seconds since the epoch
   * @param organization its id; empty for none, and null where an earlier build has given it
   */
  record Known(Carrier carrier, Grant grant, long lastUsed, String organization) {}

  /** What a note says of a grant. */
  private record State(String refreshTokenId, long lastUsed, String organization) {

    static State read(String note) {
      String[] parts = note.split(" ", 3);
      return new State(parts[0], Long.parseLong(parts[1]), parts.length == 3 ? parts[2] : null);
    }

    static State now(String refreshTokenId, String organization) {
      return new State(refreshTokenId, Time.currentTimeSeconds(), organization);
    }

    String note() {
      String note = refreshTokenId + ' ' + lastUsed;
      return organization == null ? note : note + ' ' + organization;
    }
  }

  /** Has a client session that this request made or uses carry a grant. */
  static void remember(
      AuthenticatedClientSessionModel clientSession,
      Grant grant,
      String refreshTokenId,
      String organization) {
    clientSession.setNote(NOTE + grant.id(), State.now(refreshTokenId, organization).note());
  }

  /**
   * Keeps everybody else from a client session until the end of this transaction, for which others
   * wait five seconds at most.
   *
   * @return false if there is no such client session
   * @throws GrantUnavailableException if somebody else keeps it all that time
   */
  boolean lock(Carrier carrier) {
    long began = System.nanoTime();
    for (long pause = PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      if (find(carrier, true).isPresent()) {
        return true;
      }
      if (row(carrier, "select count(c)", Long.class).getSingleResult() == 0) {
        return false;
      }
      if (System.nanoTime() - began > LONGEST_WAIT) {
        throw new GrantUnavailableException("Another request works on the same grant");
      }
      Patience.sleep(pause);
    }
  }

  /** The refresh token that counts; empty if the client session has no such grant. */
  Optional<String> refreshTokenId(Carrier carrier, Grant grant) {
    return find(carrier, false)
        .map(entity -> data(entity).path(NOTES).path(NOTE + grant.id()).asText(""))
        .filter(note -> !note.isEmpty())
        .map(note -> State.read(note).refreshTokenId());
  }

  /** Has another refresh token count from now on. */
  void advance(Carrier carrier, Grant grant, String refreshTokenId, String organization) {
    find(carrier, false)
        .ifPresent(
            entity -> {
              ObjectNode data = data(entity);
              data.withObjectProperty(NOTES)
                  .put(NOTE + grant.id(), State.now(refreshTokenId, organization).note());
              write(entity, data);
            });
  }

  /**
   * Has a client session that is locked carry one more grant, in the place of the longest unused
   * ones where it would have too many.
   *
   * @param most so many it may have
   * @return those that it has no more
   */
  List<Grant> add(
      Carrier carrier, Grant grant, String refreshTokenId, String organization, int most) {
    PersistentClientSessionEntity entity = find(carrier, false).orElseThrow();
    ObjectNode data = data(entity);
    Map<String, String> others = grants(data);
    List<Grant> replaced =
        others.entrySet().stream()
            .sorted(Comparator.comparingLong(other -> State.read(other.getValue()).lastUsed()))
            .limit(Math.max(0, others.size() + 1 - most))
            .map(other -> new Grant(other.getKey()))
            .toList();
    ObjectNode notes = data.withObjectProperty(NOTES);
    replaced.forEach(other -> notes.remove(NOTE + other.id()));
    notes.put(NOTE + grant.id(), State.now(refreshTokenId, organization).note());
    write(entity, data);
    return replaced;
  }

  /**
   * Takes a grant from its client session.
   *
   * @return whether it was the last one there
   */
  boolean forget(Carrier carrier, Grant grant) {
    Optional<PersistentClientSessionEntity> found = find(carrier, false);
    if (found.isEmpty()) {
      return false;
    }
    ObjectNode data = data(found.get());
    if (data.withObjectProperty(NOTES).remove(NOTE + grant.id()) == null) {
      return false;
    }
    write(found.get(), data);
    return grants(data).isEmpty();
  }

  /**
   * Does something that removes sessions because no grant is left in them: one that has got a grant
   * meanwhile stays. Keycloak removes a session a second time when the transaction has ended, and
   * with it what another request has made in its place.
   */
  static void removingOnlyEmpty(Runnable work) {
    ONLY_EMPTY.set(true);
    try {
      work.run();
    } finally {
      ONLY_EMPTY.remove();
    }
  }

  private static boolean stays(List<PersistentClientSessionEntity> clientSessions) {
    return ONLY_EMPTY.get()
        && clientSessions.stream().anyMatch(entity -> !grants(entity).isEmpty());
  }

  /** What a person has granted to an application. */
  Stream<Known> grants(RealmModel realm, UserModel user, ClientModel client) {
    return known(carriers(realm, user, client, ""));
  }

  /** What of it lasts beyond the browser's session, of which there may be many more. */
  Stream<Known> lastingGrants(RealmModel realm, UserModel user, ClientModel client) {
    return known(
        carriers(realm, user, client, " and c.offline = :offline")
            .setParameter("offline", flag(true)));
  }

  private TypedQuery<PersistentClientSessionEntity> carriers(
      RealmModel realm, UserModel user, ClientModel client, String condition) {
    StorageId id = new StorageId(client.getId());
    return carriers(
            realm,
            user,
            " and c.clientId = :client and c.clientStorageProvider = :provider"
                + " and c.externalClientId = :external"
                + condition)
        .setParameter("client", clientId(id))
        .setParameter("provider", provider(id))
        .setParameter("external", external(id));
  }

  /** What a person has granted to any application. */
  Stream<Known> grants(RealmModel realm, UserModel user) {
    return known(carriers(realm, user, ""));
  }

  private TypedQuery<PersistentClientSessionEntity> carriers(
      RealmModel realm, UserModel user, String condition) {
    return entities
        .createQuery(
            "select c from PersistentUserSessionEntity u, PersistentClientSessionEntity c"
                + " where u.realmId = :realm and u.userId = :user"
                + " and c.userSessionId = u.userSessionId and c.offline = u.offline"
                + condition,
            PersistentClientSessionEntity.class)
        .setParameter("realm", realm.getId())
        .setParameter("user", user.getId());
  }

  private static Stream<Known> known(TypedQuery<PersistentClientSessionEntity> carriers) {
    return carriers
        .getResultStream()
        .flatMap(
            entity -> {
              Carrier carrier =
                  new Carrier(
                      entity.getUserSessionId(),
                      clientUuid(entity),
                      entity.getOffline().equals(flag(true)));
              return grants(entity).entrySet().stream()
                  .map(grant -> known(carrier, grant.getKey(), State.read(grant.getValue())));
            });
  }

  private static String clientUuid(PersistentClientSessionEntity entity) {
    return PersistentClientSessionEntity.EXTERNAL.equals(entity.getClientId())
        ? new StorageId(entity.getClientStorageProvider(), entity.getExternalClientId()).getId()
        : entity.getClientId();
  }

  private static Known known(Carrier carrier, String grantId, State state) {
    return new Known(carrier, new Grant(grantId), state.lastUsed(), state.organization());
  }

  private static Map<String, String> grants(ObjectNode data) {
    Map<String, String> grants = new LinkedHashMap<>();
    data.path(NOTES)
        .properties()
        .forEach(
            note -> {
              if (note.getKey().startsWith(NOTE)) {
                grants.put(note.getKey().substring(NOTE.length()), note.getValue().asText());
              }
            });
    return grants;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Two requests that make the first client session of a browser session at one instant: the
   * second's takes the place of the first's, whose grants it keeps here.
   */
  @Override
  public void createClientSession(AuthenticatedClientSessionModel clientSession, boolean offline) {
    Carrier carrier =
        new Carrier(
            clientSession.getUserSession().getId(), clientSession.getClient().getId(), offline);
    Map<String, String> before = find(carrier, false).map(GrantStore::grants).orElseGet(Map::of);
    super.createClientSession(clientSession, offline);
    if (!before.isEmpty()) {
      find(carrier, false)
          .ifPresent(
              entity -> {
                ObjectNode data = data(entity);
                ObjectNode notes = data.withObjectProperty(NOTES);
                before.forEach((grant, state) -> notes.put(NOTE + grant, state));
                entity.setData(JsonSerialization.valueAsString(data));
              });
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>What this transaction has read before is read anew under the lock. Keycloak locks what it
   * has read, and answers 500 where that has changed since, as it does elsewhere
   * (keycloak/keycloak#50924).
   */
  @Override
  public void removeClientSession(String userSessionId, String clientUuid, boolean offline) {
    Carrier carrier = new Carrier(userSessionId, clientUuid, offline);
    find(carrier, false).ifPresent(entities::detach);
    Optional.ofNullable(
            entities.find(
                PersistentUserSessionEntity.class,
                new PersistentUserSessionEntity.Key(userSessionId, flag(offline))))
        .ifPresent(entities::detach);
    List<PersistentClientSessionEntity> removed =
        row(carrier, "select c", PersistentClientSessionEntity.class)
            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
            .getResultList();
    if (!stays(removed)) {
      removed.forEach(this::end);
      super.removeClientSession(userSessionId, clientUuid, offline);
    }
  }

  @Override
  public void removeUserSession(String userSessionId, boolean offline) {
    List<PersistentClientSessionEntity> removed =
        entities
            .createQuery(
                "select c from PersistentClientSessionEntity c"
                    + " where c.userSessionId = :userSession and c.offline = :offline",
                PersistentClientSessionEntity.class)
            .setParameter("userSession", userSessionId)
            .setParameter("offline", flag(offline))
            .getResultList();
    if (!stays(removed)) {
      removed.forEach(this::end);
      super.removeUserSession(userSessionId, offline);
    }
  }

  private void end(PersistentClientSessionEntity entity) {
    if (entity.getData().contains(NOTE)) {
      EndedGrants ended = new EndedGrants(session);
      grants(entity).keySet().forEach(id -> ended.add(new Grant(id), entity.getClientId()));
    }
  }

  private Optional<PersistentClientSessionEntity> find(Carrier carrier, boolean locking) {
    if (!locking) {
      StorageId id = new StorageId(carrier.clientUuid());
      return Optional.ofNullable(
          entities.find(
              PersistentClientSessionEntity.class,
              new PersistentClientSessionEntity.Key(
                  carrier.userSessionId(),
                  clientId(id),
                  provider(id),
                  external(id),
                  flag(carrier.offline()))));
    }
    return Optional.ofNullable(
        row(carrier, "select c", PersistentClientSessionEntity.class)
            .setLockMode(LockModeType.PESSIMISTIC_WRITE)
            .setHint(LOCK_TIMEOUT, SKIP_LOCKED)
            .getSingleResultOrNull());
  }

  private <T> TypedQuery<T> row(Carrier carrier, String select, Class<T> type) {
    StorageId id = new StorageId(carrier.clientUuid());
    return entities
        .createQuery(select + ROW, type)
        .setParameter("userSession", carrier.userSessionId())
        .setParameter("offline", flag(carrier.offline()))
        .setParameter("client", clientId(id))
        .setParameter("provider", provider(id))
        .setParameter("external", external(id));
  }

  /** At once, so that Keycloak, which compares versions before it writes, finds the new one. */
  private void write(PersistentClientSessionEntity entity, ObjectNode data) {
    entity.setData(JsonSerialization.valueAsString(data));
    entities.flush();
  }

  private static String clientId(StorageId id) {
    return id.isLocal() ? id.getId() : PersistentClientSessionEntity.EXTERNAL;
  }

  private static String provider(StorageId id) {
    return id.isLocal() ? PersistentClientSessionEntity.LOCAL : id.getProviderId();
  }

  private static String external(StorageId id) {
    return id.isLocal() ? PersistentClientSessionEntity.LOCAL : id.getExternalId();
  }

  private static String flag(boolean offline) {
    return offline ? "1" : "0";
  }

  private static ObjectNode data(PersistentClientSessionEntity entity) {
    return JsonSerialization.valueFromString(entity.getData(), ObjectNode.class);
  }

  private static Map<String, String> grants(PersistentClientSessionEntity entity) {
    return grants(data(entity));
  }
}
