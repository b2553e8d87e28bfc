package com.expensicat.keycloak.registration;

import static com.expensicat.keycloak.database.ClientSearch.hasAttribute;

import com.expensicat.keycloak.PackSettings;
import com.expensicat.keycloak.client.RegisteredBy;
import com.expensicat.keycloak.database.ClientSearch;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jboss.logging.Logger;
import org.keycloak.events.Details;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.services.clientregistration.policy.RegistrationAuth;
import org.keycloak.services.managers.ClientManager;
import org.keycloak.services.managers.RealmManager;
import org.keycloak.services.scheduled.ClusterAwareScheduledTaskRunner;
import org.keycloak.storage.datastore.DefaultDatastoreProviderFactory;
import org.keycloak.timer.ScheduledTask;
import org.keycloak.timer.TimerProvider;

/**
 * Removes the clients that registered themselves and that nobody has used for as long as {@link
 * RegistrationSettings#unusedDays} says: together with Keycloak's own scheduled tasks, and when
 * there is no room for another client.
 */
final class UnusedClients implements ScheduledTask {

  private static final Logger logger = Logger.getLogger(UnusedClients.class);

  /** How many go at once. */
  private static final int PAGE = 100;

  private static final Map<String, RegistrationAuth> CALLERS =
      Map.of(
          RegisteredBy.ANYBODY, RegistrationAuth.ANONYMOUS,
          RegisteredBy.TOKEN_HOLDER, RegistrationAuth.AUTHENTICATED);

  private static final String REGISTERED = hasAttribute(RegisteredBy.ATTRIBUTE, "a.value = :by");
  private static final String UNUSED =
      REGISTERED + " and " + hasAttribute(ClientUse.ATTRIBUTE, "a.value < :since");
  private static final String UNKNOWN =
      REGISTERED + " and not " + hasAttribute(ClientUse.ATTRIBUTE, "a.value is not null");

  /** Has one server of a cluster do it, as often as Keycloak clears what has expired. */
  static void schedule(KeycloakSessionFactory factory) {
    try (KeycloakSession session = factory.create()) {
      long interval = DefaultDatastoreProviderFactory.getScheduledInterval();
      session
          .getProvider(TimerProvider.class)
          .schedule(
              new ClusterAwareScheduledTaskRunner(factory, new UnusedClients(), interval),
              interval);
    }
  }

  @Override
  public void run(KeycloakSession session) {
    RealmModel realm = session.realms().getRealmByName(PackSettings.get().realmName());
    if (realm != null) {
      remove(session, realm);
    }
  }

  /**
   * Removes up to a hundred of them, each in a transaction of its own.
   *
   * @return how many were removed
   */
  static long remove(KeycloakSession session, RealmModel realm) {
    long removed =
        CALLERS.entrySet().stream()
            .mapToLong(caller -> remove(session, realm, caller.getKey(), caller.getValue()))
            .sum();
    if (removed > 0) {
      logger.infof("%d unused clients of realm %s removed.", removed, realm.getName());
    }
    return removed;
  }

  private static long remove(
      KeycloakSession session, RealmModel realm, String by, RegistrationAuth caller) {
    int days = RegistrationSettings.of(realm, caller).unusedDays();
    if (days == 0) {
      return 0;
    }
    ClientSearch search = ClientSearch.amongAll(session, realm);
    search
        .ids(UNKNOWN, Map.of("by", by), 0, PAGE)
        .forEach(id -> inTransaction(session, realm, id, UnusedClients::countFromToday));
    LocalDate since = ClientUse.today().minusDays(days);
    List<String> unused = search.ids(UNUSED, Map.of("by", by, "since", since.toString()), 0, PAGE);
    return unused.stream()
        .filter(
            id -> inTransaction(session, realm, id, (own, client) -> remove(own, client, since)))
        .count();
  }

  /** Registered by a build that noted no use. */
  private static boolean countFromToday(KeycloakSession session, ClientModel client) {
    client.setAttribute(ClientUse.ATTRIBUTE, ClientUse.today().toString());
    return true;
  }

  private static boolean remove(KeycloakSession session, ClientModel client, LocalDate since) {
    String used = client.getAttribute(ClientUse.ATTRIBUTE);
    if (!RegisteredBy.isSelfRegistered(client)
        || used == null
        || used.compareTo(since.toString()) >= 0) {
      return false;
    }
    RealmModel realm = session.getContext().getRealm();
    new EventBuilder(realm, session)
        .event(EventType.CLIENT_DELETE)
        .client(client.getClientId())
        .detail(Details.REASON, "Not used since " + used)
        .success();
    return new ClientManager(new RealmManager(session)).removeClient(realm, client);
  }

  /** False also where the client is gone, or another server is at it. */
  private static boolean inTransaction(
      KeycloakSession session,
      RealmModel realm,
      String clientId,
      BiPredicate<KeycloakSession, ClientModel> work) {
    try {
      return KeycloakModelUtils.runJobInTransactionWithResult(
          session.getKeycloakSessionFactory(),
          own -> {
            own.getContext().setRealm(own.realms().getRealm(realm.getId()));
            ClientModel client = own.getContext().getRealm().getClientById(clientId);
            return client != null && work.test(own, client);
          });
    } catch (RuntimeException e) {
      logger.warnf("Client %s of realm %s was left as it is: %s", clientId, realm.getName(), e);
      return false;
    }
  }
}
