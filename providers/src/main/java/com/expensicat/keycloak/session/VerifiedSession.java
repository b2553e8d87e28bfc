package com.expensicat.keycloak.session;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A session JWT whose signature and claims have been verified. Whether somebody revoked it, and
 * which user it stands for, is another question.
 *
 * @param config the identity provider that issued it
 * @param settings its settings
 * @param key the key that signed it
 * @param subject the person's id at the issuer
 * @param issuedAt seconds since the epoch
 * @param expiresAt seconds since the epoch
 * @param jti its id, where it has one
 * @param fingerprint hash of header and payload; the signature may be rewritten (ES256) and does
 *     not count
 * @param claims all claims
 */
record VerifiedSession(
    SessionIssuerConfig config,
    IssuerSettings settings,
    SessionKey key,
    String subject,
    long issuedAt,
    long expiresAt,
    Optional<String> jti,
    String fingerprint,
    JsonNode claims) {

  /** A claim that is a string with something in it. */
  Optional<String> text(String claim) {
    return Optional.of(claims.path(claim))
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(value -> !value.isBlank());
  }

  /** Seconds for which this session could still be shown, clock skew included. */
  long secondsLeft(long now) {
    return Math.max(1, expiresAt + settings.clockSkew() - now);
  }
}
