package com.expensicat.keycloak.session.verification;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.Ending;
import com.expensicat.keycloak.session.issuer.IssuerSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.keycloak.common.util.Time;
import org.keycloak.jose.jws.crypto.HashUtils;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.SingleUseObjectProvider;

/**
 * What is remembered of sessions for as long as they could be shown: which are revoked, which were
 * used, and whose user was deleted. Kept on all nodes; what is revoked also outlives a restart.
 */
public final class SessionLedger {

  private static final String AT = "at";
  private static final String WHY = "why";

  private final SingleUseObjectProvider objects;
  private final String prefix;

  public SessionLedger(KeycloakSession session, RealmModel realm) {
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
    return names.stream().anyMatch(name -> objects.contains(revokedKey(name)));
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
    objects.put(
        key, seconds, Map.of(AT, Long.toString(Time.currentTimeSeconds()), WHY, why.name()));
    objects.put(key + SingleUseObjectProvider.REVOKED_KEY, seconds, Map.of());
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
    if (!objects.contains(key + SingleUseObjectProvider.REVOKED_KEY)) {
      return Optional.empty();
    }
    // The notes do not outlive a restart; then nobody is made until the entry ends.
    Map<String, String> notes = objects.get(key);
    return Optional.of(
        notes == null
            ? new Parting(Integer.MAX_VALUE, RefusalReason.USER_DELETED)
            : new Parting(Long.parseLong(notes.get(AT)), RefusalReason.valueOf(notes.get(WHY))));
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
