package com.expensicat.keycloak.cluster;

import java.util.Arrays;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.infinispan.Cache;
import org.infinispan.context.Flag;
import org.infinispan.manager.EmbeddedCacheManager;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachemanagerlistener.annotation.Merged;
import org.infinispan.notifications.cachemanagerlistener.annotation.ViewChanged;
import org.infinispan.notifications.cachemanagerlistener.event.ViewChangedEvent;
import org.jboss.logging.Logger;
import org.keycloak.common.util.Time;
import org.keycloak.connections.infinispan.InfinispanConnectionProvider;
import org.keycloak.connections.infinispan.InfinispanConnectionProviderFactory;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.SingleUseObjectProvider;
import org.keycloak.models.session.RevokedTokenPersisterProvider;
import org.keycloak.models.utils.KeycloakModelUtils;

/**
 * What this node makes of a cluster that is torn. Nodes tell each other what ends; while some
 * cannot be heard, each would go on with what it knows.
 *
 * <p>After a node was lost from sight, and again when the nodes have found each other, this one is
 * <em>in doubt</em> for a while: what it has in memory is read anew every other second, and what it
 * does not know as revoked, it looks up. Where Keycloak's own health check says that others are the
 * cluster now, this one is <em>cut off</em>, and answers nothing until they meet again: that check
 * speaks for its readiness alone, and a gateway that asks a node by itself does not hear it.
 */
public final class Partition {

  private static final Logger logger = Logger.getLogger(Partition.class);

  /**
   * In seconds: others notice a loss up to ten seconds after this node does (an interval of
   * JGroups' {@code FD_ALL3} and the time of {@code VERIFY_SUSPECT2}), and may decide alone until
   * then.
   */
  private static final int LONGEST_DOUBT = 20;

  /** One that says so once may only have read before the others wrote that they are there. */
  private static final int TIMES_UNHEALTHY = 2;

  /** In milliseconds. */
  private static final long SECOND = 1000;

  private static final String[] MODELS = {
    InfinispanConnectionProvider.REALM_CACHE_NAME,
    InfinispanConnectionProvider.REALM_REVISIONS_CACHE_NAME,
    InfinispanConnectionProvider.USER_CACHE_NAME,
    InfinispanConnectionProvider.USER_REVISIONS_CACHE_NAME
  };

  private static volatile boolean inDoubt;
  private static volatile boolean cutOff;

  private Partition() {}

  /** Whether this node may have missed that something ended. */
  public static boolean isInDoubt() {
    return inDoubt;
  }

  /** Whether others are the cluster now, and this node is not. */
  static boolean isCutOff() {
    return cutOff;
  }

  /** Watches the other nodes from now on; without any, nothing happens. */
  public static void watch(KeycloakSessionFactory factory) {
    KeycloakModelUtils.runJobInTransaction(
        factory,
        session -> {
          EmbeddedCacheManager caches = caches(session);
          if (caches.getCacheManagerConfiguration().isClustered()) {
            Watch watch = new Watch(factory, caches);
            new Timer("expensicat-partition", true).schedule(watch, SECOND, SECOND);
            caches.addListener(new Views(watch));
          }
        });
  }

  private static EmbeddedCacheManager caches(KeycloakSession session) {
    return session
        .getProvider(InfinispanConnectionProvider.class)
        .getCache(InfinispanConnectionProvider.USER_CACHE_NAME)
        .getCacheManager();
  }

  /** Hears of each change of the view that the nodes have of each other. */
  @Listener
  public static final class Views {

    private final Watch watch;

    private Views(Watch watch) {
      this.watch = watch;
    }

    /** Somebody came or went. */
    @ViewChanged
    @Merged
    public void changed(ViewChangedEvent event) {
      if (!event.getNewMembers().containsAll(event.getOldMembers())) {
        watch.doubt(!event.isMergeView());
      } else if (event.isMergeView()) {
        watch.doubt(false);
      }
    }
  }

  /**
   * Looks each second, while there is reason to; Keycloak's own timer may wait for the nodes that
   * are lost.
   */
  private static final class Watch extends TimerTask {

    private final KeycloakSessionFactory factory;
    private final EmbeddedCacheManager caches;
    private final AtomicInteger looked = new AtomicInteger();
    private volatile boolean isTorn;
    private int unhealthy;

    Watch(KeycloakSessionFactory factory, EmbeddedCacheManager caches) {
      this.factory = factory;
      this.caches = caches;
    }

    void doubt(boolean hasLost) {
      isTorn = hasLost;
      looked.set(0);
      inDoubt = true;
    }

    @Override
    public void run() {
      if (!inDoubt && !cutOff) {
        return;
      }
      try {
        int times = looked.getAndIncrement();
        if (inDoubt && times % 2 == 0) {
          forget(); // before this node answers again
        }
        refuseWhereCutOff();
        if (inDoubt && times >= LONGEST_DOUBT) {
          KeycloakModelUtils.runJobInTransaction(factory, Watch::remember);
          inDoubt = looked.get() <= LONGEST_DOUBT;
        }
      } catch (RuntimeException e) {
        logger.warnf("What this node may have missed cannot be read: %s", e);
      }
    }

    /** After a merge the check reads for a while what was written before. */
    private void refuseWhereCutOff() {
      InfinispanConnectionProviderFactory health =
          (InfinispanConnectionProviderFactory)
              factory.getProviderFactory(InfinispanConnectionProvider.class);
      unhealthy = health.isClusterHealthy() ? 0 : unhealthy + 1;
      boolean cutOffNow = isTorn && unhealthy >= TIMES_UNHEALTHY;
      if (cutOffNow != cutOff) {
        cutOff = cutOffNow;
        logger.warn(
            cutOffNow
                ? "This node is cut off from the others, and answers nothing until it finds them"
                : "This node has found the others, and answers again");
      }
    }

    /** What has changed while others could not say so. */
    private void forget() {
      Stream.of(MODELS).map(caches::getCache).forEach(Cache::clear);
      Arrays.stream(InfinispanConnectionProvider.USER_AND_CLIENT_SESSION_CACHES)
          .map(caches::getCache)
          .forEach(cache -> cache.getAdvancedCache().withFlags(Flag.CACHE_MODE_LOCAL).clear());
    }

    /** What was revoked meanwhile; where two halves meet, Infinispan keeps what one of them had. */
    private static void remember(KeycloakSession session) {
      long now = Time.currentTimeSeconds();
      session
          .getProvider(RevokedTokenPersisterProvider.class)
          .getAllRevokedTokens()
          .filter(token -> token.expiry() > now)
          .filter(
              token ->
                  !session
                      .singleUseObjects()
                      .contains(token.tokenId() + SingleUseObjectProvider.REVOKED_KEY))
          .toList()
          .forEach(token -> session.revokedTokens().put(token.tokenId(), token.expiry() - now));
    }
  }
}
