package com.expensicat.keycloak.session.verification;

import com.expensicat.keycloak.session.issuer.SessionKey;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.keycloak.common.util.Base64Url;
import org.keycloak.crypto.JavaAlgorithm;
import org.keycloak.jose.jws.crypto.HashUtils;
import org.keycloak.util.JsonSerialization;

/**
 * What an access token keeps of the session JWT that it was exchanged for, so that it ends with it.
 *
 * @param provider id of the identity provider that issued it
 * @param issuer its {@code iss}
 * @param subject the person's id at the issuer
 * @param issuedAt seconds since the epoch
 * @param key a hash of the key that signed it
 * @param names the names under which it would be revoked
 */
public record SessionOrigin(
    @JsonProperty("idp") String provider,
    @JsonProperty("iss") String issuer,
    @JsonProperty("sub") String subject,
    @JsonProperty("iat") long issuedAt,
    @JsonProperty("key") String key,
    @JsonProperty("ids") List<String> names) {

  public static SessionOrigin of(VerifiedSession session) {
    return new SessionOrigin(
        session.issuerId(),
        session.settings().issuer(),
        session.subject(),
        session.issuedAt(),
        hash(session.key()),
        SessionLedger.names(session));
  }

  public boolean isSignedBy(SessionKey other) {
    return key.equals(hash(other));
  }

  private static String hash(SessionKey key) {
    return Base64Url.encode(HashUtils.hash(JavaAlgorithm.SHA256, key.publicKey().getEncoded()));
  }

  /** The origin as a claim has it. */
  public static SessionOrigin of(Object claim) {
    return JsonSerialization.mapper.convertValue(claim, SessionOrigin.class);
  }

  /** The origin as a note of a session has it. */
  public static Object claim(String note) {
    return JsonSerialization.valueFromString(note, Object.class);
  }

  public String note() {
    return JsonSerialization.valueAsString(this);
  }
}
