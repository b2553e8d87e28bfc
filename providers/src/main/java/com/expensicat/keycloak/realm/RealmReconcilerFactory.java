package com.expensicat.keycloak.realm;

import com.expensicat.keycloak.InformingProviderFactory;
import com.expensicat.keycloak.PackSettings;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jboss.logging.Logger;
import org.keycloak.Config;
import org.keycloak.executors.ExecutorsProvider;
import org.keycloak.models.ClientModel.ClientUpdatedEvent;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RealmModel.RealmPostCreateEvent;
import org.keycloak.models.cache.CacheRealmProvider;
import org.keycloak.models.dblock.DBLockProvider;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.models.utils.PostMigrationEvent;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderEvent;

/** Calls the {@link RealmReconciler} at the moments at which the realm may have drifted. */
public class RealmReconcilerFactory implements InformingProviderFactory<RealmReconciler> {

  private static final Logger logger = Logger.getLogger(RealmReconcilerFactory.class);

  /** Servers that start together may each mend the same drift; all but one find it mended. */
  private static final int TRIES = 5;

  /** Name of the threads that write the report. */
  private static final String REPORT = "expensicat-report";

  /** How many clients are mended at once. */
  private static final int PAGE = 100;

  @Override
  public String getId() {
    return PackSettings.PROVIDER_ID;
  }

  /** Reads the options, so that a wrong one stops the start. */
  @Override
  public void init(Config.Scope config) {
    PackSettings.get();
  }

  @Override
  public RealmReconciler create(KeycloakSession session) {
    return new RealmReconciler(session);
  }

  @Override
  public void postInit(KeycloakSessionFactory factory) {
    factory.register(this::onEvent);
  }

  private void onEvent(ProviderEvent event) {
    if (event instanceof PostMigrationEvent started) {
      Replacements.warn(started.getFactory());
      reconcileAtStart(started.getFactory());
    } else if (event instanceof RealmPostCreateEvent created) {
      create(created.getKeycloakSession()).reconcileAll(created.getCreatedRealm());
    } else if (event instanceof ClientUpdatedEvent saved) {
      create(saved.getKeycloakSession()).reconcileSaved(saved.getUpdatedClient());
    }
  }

  private void reconcileAtStart(KeycloakSessionFactory factory) {
    Optional<Boolean> inStep =
        inTransaction(
            factory,
            (reconciler, realm) -> Optional.of(reconciler.isInStep(realm)),
            Optional.empty());
    if (inStep.isEmpty()) {
      logger.infof("There is no realm %s yet.", PackSettings.get().realmName());
    } else if (inStep.get()) {
      reportBesideTheStart(factory);
    } else {
      report(factory);
      reconcile(factory);
    }
  }

  /** Nobody waits for a report where nothing is about to be changed. */
  private void reportBesideTheStart(KeycloakSessionFactory factory) {
    Runnable report =
        () -> {
          try {
            report(factory);
          } catch (RuntimeException e) {
            logger.warnf(
                "Which clients of realm %s are refused something cannot be said: %s",
                PackSettings.get().realmName(), cause(e));
          }
        };
    KeycloakModelUtils.runJobInTransaction(
        factory,
        session ->
            session.getProvider(ExecutorsProvider.class).getExecutor(REPORT).execute(report));
  }

  private void reconcile(KeycloakSessionFactory factory) {
    inTransaction(
        factory,
        (reconciler, realm) -> {
          reconciler.reconcile(realm);
          return null;
        },
        null);
    if (!differing(factory).isEmpty()) {
      reconcileClients(factory);
    }
  }

  /** Logs what clients are refused, and what is about to be changed of them. */
  private void report(KeycloakSessionFactory factory) {
    List<String> clients =
        inTransaction(factory, (reconciler, realm) -> reconciler.report(realm).first(), List.of());
    if (!clients.isEmpty()) {
      lines(factory, clients).forEach(logger::info);
      inTransaction(
              factory,
              (reconciler, realm) -> reconciler.report(realm).more(clients),
              Optional.<String>empty())
          .ifPresent(logger::info);
    }
  }

  /** Whatever is wrong with one client, there is a line for each of the others. */
  private List<String> lines(KeycloakSessionFactory factory, List<String> clients) {
    try {
      return inTransaction(
          factory,
          (reconciler, realm) -> {
            ClientReport report = reconciler.report(realm);
            return clients.stream()
                .map(realm::getClientById)
                .filter(Objects::nonNull)
                .map(report::line)
                .toList();
          },
          List.of());
    } catch (RuntimeException e) {
      return clients.size() == 1
          ? List.of("Client %s cannot be read: %s".formatted(clients.get(0), cause(e)))
          : clients.stream().flatMap(client -> lines(factory, List.of(client)).stream()).toList();
    }
  }

  /** Of servers that start together one mends the clients, and the others find them mended. */
  private void reconcileClients(KeycloakSessionFactory factory) {
    try (KeycloakSession session = factory.create()) {
      DBLockProvider lock = session.getProvider(DBLockProvider.class);
      lock.waitForLock(DBLockProvider.Namespace.KEYCLOAK_BOOT);
      try {
        reconcileClients(factory, List.copyOf(differing(factory)));
      } finally {
        lock.releaseLock();
      }
    }
  }

  /**
   * Each page in a transaction of its own: Keycloak ends one that takes more than five minutes, and
   * Hibernate looks at everything in it at each query. A start that is cut off goes on the next
   * time.
   */
  private void reconcileClients(KeycloakSessionFactory factory, List<String> clients) {
    long mended = 0;
    for (int done = 0; done < clients.size(); done += PAGE) {
      mended +=
          reconcilePage(factory, clients.subList(done, Math.min(done + PAGE, clients.size())));
      logger.infof(
          "%d of %d clients of realm %s mended.",
          mended, clients.size(), PackSettings.get().realmName());
    }
  }

  /** Whatever is wrong with one client, the others of its page are mended; how many. */
  private long reconcilePage(KeycloakSessionFactory factory, List<String> clients) {
    try {
      reconcileTogether(factory, clients);
      return clients.size();
    } catch (RuntimeException e) {
      return clients.stream().filter(client -> reconcileAlone(factory, client)).count();
    }
  }

  private boolean reconcileAlone(KeycloakSessionFactory factory, String client) {
    try {
      reconcileTogether(factory, List.of(client));
      return true;
    } catch (RuntimeException e) {
      logger.errorf(
          "Client %s of realm %s is not what the pack promises, and cannot be mended: %s",
          client, PackSettings.get().realmName(), cause(e));
      return false;
    }
  }

  /** What is behind an exception, which Keycloak wraps in one that says less. */
  private static Throwable cause(Throwable e) {
    return e.getCause() == null ? e : cause(e.getCause());
  }

  private void reconcileTogether(KeycloakSessionFactory factory, List<String> clients) {
    inTransaction(
        factory,
        (reconciler, realm) -> {
          clients.stream()
              .map(realm::getClientById)
              .filter(Objects::nonNull)
              .forEach(reconciler::reconcile);
          return null;
        },
        null);
  }

  private Set<String> differing(KeycloakSessionFactory factory) {
    return inTransaction(factory, RealmReconciler::differing, Set.of());
  }

  /**
   * Does something with the pack's realm, and tries again where others get in the way.
   *
   * @param otherwise the result if there is no such realm
   */
  private <R> R inTransaction(
      KeycloakSessionFactory factory,
      BiFunction<RealmReconciler, RealmModel, R> work,
      R otherwise) {
    for (int tried = 1; ; tried++) {
      try {
        return KeycloakModelUtils.runJobInTransactionWithResult(
            factory,
            session -> {
              RealmModel realm = session.realms().getRealmByName(PackSettings.get().realmName());
              if (realm == null) {
                return otherwise;
              }
              session.getContext().setRealm(realm);
              return work.apply(create(session), realm);
            });
      } catch (RuntimeException e) {
        if (tried == TRIES) {
          throw e;
        }
        logger.debugf(e, "Reconciling the realm failed, try %d", tried);
        KeycloakModelUtils.runJobInTransaction(factory, RealmReconcilerFactory::forgetCachedRealms);
      }
    }
  }

  /** What another server has mended is in the database and not yet in this server's cache. */
  private static void forgetCachedRealms(KeycloakSession session) {
    CacheRealmProvider cache = session.getProvider(CacheRealmProvider.class);
    if (cache != null) {
      cache.clear();
    }
  }

  @Override
  public List<ProviderConfigProperty> getConfigMetadata() {
    return PackSettings.options();
  }
}
