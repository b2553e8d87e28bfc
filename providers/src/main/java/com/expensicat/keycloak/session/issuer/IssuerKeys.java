package com.expensicat.keycloak.session.issuer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.keycloak.cluster.ClusterProvider;
import org.keycloak.common.util.Time;
import org.keycloak.crypto.KeyWrapper;
import org.keycloak.crypto.PublicKeysWrapper;
import org.keycloak.jose.jws.crypto.HashUtils;
import org.keycloak.keys.PublicKeyLoader;
import org.keycloak.keys.PublicKeyStorageProvider;
import org.keycloak.keys.PublicKeyStorageUtils;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.cache.CachePublicKeyProvider;

/**
 * The keys of issuers, kept in Keycloak's storage of public keys, which drops them when the
 * identity provider is saved, on every node.
 *
 * <p>That storage keeps a key for as long as nobody asks for an unknown one, and remembers nothing
 * of a fetch that failed, so that each token leads to another. Hence keys get an age here, and a
 * failed fetch an outcome: the keys from before for a while, then none.
 */
public final class IssuerKeys {

  private static final Logger logger = Logger.getLogger(IssuerKeys.class);

  /** The least time between two fetches, in seconds; that of Keycloak's storage by default. */
  private static final int FLOOR = 10;

  /** The time until the next fetch after one that failed, in seconds. */
  private static final int PAUSE = 20;

  /** How many times {@code maxKeyAge} keys are used while the JWKS cannot be had. */
  private static final int AGES_WITHOUT_JWKS = 12;

  /** What Keycloak tells the other nodes when the keys are to be forgotten. */
  private static final String CLEARED = "KEYS_CLEAR_CACHE_EVENTS";

  private final Map<String, Fetch> fetches = new ConcurrentHashMap<>();

  /**
   * The last fetch from an address.
   *
   * @param attemptedAt when there was an attempt last, in seconds since the epoch
   * @param fetchedAt when the keys were had last; 0 if not at all, or too long ago
   */
  private record Fetch(String url, long attemptedAt, long fetchedAt, List<KeyWrapper> keys) {}

  /**
   * The keys of one issuer of the realm in the session's context.
   *
   * @param issuerId the id of its identity provider
   */
  KeySource of(KeycloakSession session, String issuerId, IssuerSettings settings) {
    return new Source(session, issuerId, settings);
  }

  /** What this node knows of the keys of one issuer; nothing is fetched. */
  KeyStatus status(KeycloakSession session, String issuerId, IssuerSettings settings) {
    if (settings.jwks().isPresent()) {
      return new KeyStatus(
          null, settings.maxKeyAge(), null, null, known(of(session, issuerId, settings).keys()));
    }
    Fetch last = fetches.get(modelKey(session, issuerId, settings));
    if (last == null || !last.url.equals(settings.jwksUrl())) {
      return new KeyStatus(settings.jwksUrl(), settings.maxKeyAge(), null, null, List.of());
    }
    long now = Time.currentTimeSeconds();
    return new KeyStatus(
        settings.jwksUrl(),
        settings.maxKeyAge(),
        last.keys.isEmpty() ? null : now - last.fetchedAt,
        last.attemptedAt == last.fetchedAt ? null : now - last.attemptedAt,
        known(last.keys.stream().map(IssuerKeys::sessionKey).toList()));
  }

  private static List<KeyStatus.Key> known(List<SessionKey> keys) {
    return keys.stream().map(key -> new KeyStatus.Key(key.kid(), key.algorithm())).toList();
  }

  /**
   * The name of an issuer's keys in the storage: by where they come from, so that other keys count
   * from the moment on at which a node knows of other settings.
   */
  private static String modelKey(
      KeycloakSession session, String issuerId, IssuerSettings settings) {
    return PublicKeyStorageUtils.getIdpModelCacheKey(
            session.getContext().getRealm().getId(), issuerId)
        + "::"
        + HashUtils.sha256UrlEncodedHash(
            settings.jwks().orElse("") + '\0' + settings.jwksUrl(), UTF_8);
  }

  /**
   * Has this node hear of it when another one forgets keys. Keycloak's storage begins to listen
   * when it is first asked to forget, which a node that only verifies never is.
   */
  public void listen(KeycloakSession session) {
    session.getProvider(CachePublicKeyProvider.class);
    session.getProvider(ClusterProvider.class).registerListener(CLEARED, event -> fetches.clear());
  }

  /** Forgets the keys of all issuers, on every node. */
  public void forget(KeycloakSession session) {
    fetches.clear();
    session.getProvider(CachePublicKeyProvider.class).clearCache();
  }

  private final class Source implements KeySource {

    private final IssuerSettings settings;
    private final PublicKeyStorageProvider storage;
    private final String modelKey;
    private final PublicKeyLoader loader;

    Source(KeycloakSession session, String issuerId, IssuerSettings settings) {
      this.settings = settings;
      this.storage = session.getProvider(PublicKeyStorageProvider.class);
      this.modelKey = modelKey(session, issuerId, settings);
      this.loader = () -> load(session);
    }

    @Override
    public List<SessionKey> keys() {
      return storage.getKeys(modelKey, loader).stream().map(IssuerKeys::sessionKey).toList();
    }

    @Override
    public List<SessionKey> refreshedKeys() {
      Fetch last = fetches.get(modelKey);
      if (settings.jwks().isEmpty() && (last == null || now() > last.attemptedAt + FLOOR)) {
        storage.reloadKeys(modelKey, loader);
      }
      return keys();
    }

    private PublicKeysWrapper load(KeycloakSession session) throws IOException {
      if (settings.jwks().isPresent()) {
        return keysUntil(
            JwkSet.read(settings.jwks().get().getBytes(UTF_8)), now() + settings.maxKeyAge());
      }
      long now = now();
      try {
        List<KeyWrapper> keys = JwkSet.fetch(session, settings.jwksUrl());
        fetches.put(modelKey, new Fetch(settings.jwksUrl(), now, now, keys));
        return keysUntil(keys, now + settings.maxKeyAge());
      } catch (IOException | RuntimeException e) {
        logger.warnf(
            "The keys of %s cannot be had from %s: %s",
            settings.issuer(), settings.jwksUrl(), e.toString());
        return keysUntil(keysFromBefore(now), now + PAUSE);
      }
    }

    private List<KeyWrapper> keysFromBefore(long now) {
      return fetches.compute(
              modelKey,
              (key, last) ->
                  last != null
                          && last.url.equals(settings.jwksUrl())
                          && now - last.fetchedAt <= (long) AGES_WITHOUT_JWKS * settings.maxKeyAge()
                      ? new Fetch(last.url, now, last.fetchedAt, last.keys)
                      : new Fetch(settings.jwksUrl(), now, 0, List.of()))
          .keys;
    }

    private static PublicKeysWrapper keysUntil(List<KeyWrapper> keys, long second) {
      return new PublicKeysWrapper(keys, TimeUnit.SECONDS.toMillis(second));
    }

    private static long now() {
      return Time.currentTimeSeconds();
    }
  }

  private static SessionKey sessionKey(KeyWrapper key) {
    return new SessionKey(key.getKid(), key.getAlgorithm(), (PublicKey) key.getPublicKey());
  }
}
