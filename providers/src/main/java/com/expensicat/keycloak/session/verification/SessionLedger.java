package com.expensicat.keycloak.session.verification;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.Ending;
import com.expensicat.keycloak.session.issuer.IssuerSettings;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.keycloak.common.util.Time;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.jose.jws.crypto.HashUtils;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.SingleUseObjectProvider;
import org.keycloak.models.jpa.entities.RevokedTokenEntity;

/**
 * What is remembered of sessions for as long as they could be shown: which are revoked, which were
 * used, and whose user was deleted and when. Kept on all nodes; but for what was used, it outlives
 * a restart.
 */
public final class SessionLedger {

  /** How long the time of a parting is kept, in seconds: longer than any session may last. */
  private static final long TIME_KEPT = 2 * 24 * 60 * 60;

  private final KeycloakSession session;
  private final SingleUseObjectProvider objects;
  private final String prefix;

  public SessionLedger(KeycloakSession session, RealmModel realm) {
    this.session = session;
    objects = session.singleUseObjects();
    prefix = "session-jwt:" + realm.getId() + ':';
  }

  /**
   * Notes that a session is refused from now on, until it expires, and every other with its {@code
   * jti} for as long as one could last.
   */
  public void revoke(VerifiedSession session) {
    IssuerSettings settings = session.settings();
    objects.put(
        revokedKey(session.fingerprint()),
        session.secondsLeft(Time.currentTimeSeconds()),
        Map.of());
    session
        .jti()
        .ifPresent(
            jti ->
                objects.put(
                    revokedKey(id(session, jti)),
                    settings.maxLifetime() + 2L * settings.clockSkew(),
                    Map.of()));
    Ending.SESSION_JWT.count();
  }

  /** Whether it was revoked, itself or another token with the same {@code iss} and {@code jti}. */
  public boolean isRevoked(VerifiedSession session) {
    return isRevoked(names(session));
  }

  /** Whether a session of one of these names was revoked. */
  public boolean isRevoked(List<String> names) {
    return names.stream().map(prefix::concat).anyMatch(session.revokedTokens()::contains);
  }

  /** The names by which a session may be revoked: its own, and that of its {@code jti}. */
  static List<String> names(VerifiedSession session) {
    return Stream.concat(
            Stream.of(session.fingerprint()), session.jti().stream().map(jti -> id(session, jti)))
        .toList();
  }

  private String revokedKey(String name) {
    return prefix + name + SingleUseObjectProvider.REVOKED_KEY;
  }

  /**
   * Notes that a session is used.
   *
   * @return whether this is the first time
   */
  public boolean use(VerifiedSession session) {
    String name = session.jti().map(jti -> id(session, jti)).orElse(session.fingerprint());
    return objects.putIfAbsent(
        prefix + "used:" + name, session.secondsLeft(Time.currentTimeSeconds()));
  }

  /**
   * Notes that a person has no user any more from now on.
   *
   * @param why the user is deleted, or the link to it removed
   * @param seconds for how long a session that was issued before could be shown
   */
  public void parted(String issuer, String subject, RefusalReason why, long seconds) {
    String key = deletedKey(issuer, subject);
    objects.put(key + SingleUseObjectProvider.REVOKED_KEY, seconds, Map.of());
    objects.put(timeKey(key, why) + SingleUseObjectProvider.REVOKED_KEY, TIME_KEPT, Map.of());
  }

  /**
   * That a person lost the user.
   *
   * @param at in seconds since the epoch
   * @param why the user is deleted, or the link to it removed
   */
  public record Parting(long at, RefusalReason why) {}

  /** How a person lost the user last; empty if that never was. */
  public Optional<Parting> parting(VerifiedSession session) {
    String key = deletedKey(session.settings().issuer(), session.subject());
    if (!this.session.revokedTokens().contains(key)) {
      return Optional.empty();
    }
    // Where an earlier build noted it, the time is not known; then nobody is made until it ends.
    return Stream.of(RefusalReason.USER_DELETED, RefusalReason.LINK_REMOVED)
        .flatMap(why -> partedAt(key, why).map(at -> new Parting(at, why)).stream())
        .max(Comparator.comparingLong(Parting::at))
        .or(() -> Optional.of(new Parting(Integer.MAX_VALUE, RefusalReason.USER_DELETED)));
  }

  /** Of what is revoked Keycloak's table says when that ends, and so when it began. */
  private Optional<Long> partedAt(String key, RefusalReason why) {
    return Optional.ofNullable(
            session
                .getProvider(JpaConnectionProvider.class)
                .getEntityManager()
                .find(RevokedTokenEntity.class, timeKey(key, why)))
        .map(row -> row.getExpire() - TIME_KEPT);
  }

  private static String timeKey(String key, RefusalReason why) {
    return key + ':' + why.code();
  }

  private String deletedKey(String issuer, String subject) {
    return prefix + "deleted:" + hash(issuer, subject);
  }

  private static String id(VerifiedSession session, String jti) {
    return hash(session.settings().issuer(), jti);
  }

  /** One short name for several texts. */
  private static String hash(String... texts) {
    return HashUtils.sha256UrlEncodedHash(String.join("\0", texts), UTF_8);
  }
}
