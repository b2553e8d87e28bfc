package com.expensicat.keycloak.grant;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import org.keycloak.jose.jws.crypto.HashUtils;

/**
 * The name of a grant. Every token of a grant carries it at the end of its {@code jti}, behind a
 * dot, so that whoever holds a token finds out what has ended it. A browser session and a client
 * may have several grants, which share one session of Keycloak's.
 *
 * @param id a hash of what the grant came from; tells nobody how to get at it
 */
public record Grant(String id) {

  private static final int LENGTH = 22;

  /** The grant that a code gives (RFC 6749 4.1.2). */
  static Grant ofCode(String codeId) {
    return of("code", codeId);
  }

  /** The grant of a refresh token that was issued without a name. */
  static Grant ofFamily(String userSessionId, String clientId, String family) {
    return of("family", userSessionId, clientId, family);
  }

  private static Grant of(String... origin) {
    String hash = HashUtils.sha256UrlEncodedHash(String.join("\0", origin), UTF_8);
    return new Grant(hash.substring(0, LENGTH));
  }

  /**
   * The grant that a token belongs to.
   *
   * @param tokenId its {@code jti}, or null
   */
  public static Optional<Grant> of(String tokenId) {
    int dot = tokenId == null ? -1 : tokenId.lastIndexOf('.');
    return dot >= 0 && tokenId.length() == dot + 1 + LENGTH
        ? Optional.of(new Grant(tokenId.substring(dot + 1)))
        : Optional.empty();
  }

  /** A {@code jti} that carries the name. */
  String in(String tokenId) {
    return tokenId + '.' + id;
  }
}
