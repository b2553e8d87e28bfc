package com.expensicat.keycloak.session.verification;

import java.util.Locale;

/**
 * Why a session JWT is not accepted. The {@linkplain #code code} is what an admin sees in events
 * and metrics, and stays as it is; whoever shows the token learns only that it is not valid.
 */
public enum RefusalReason {
  /** Larger than {@link SessionVerifier#LARGEST_TOKEN}. */
  TOO_LARGE,
  /** Not a JWS in compact serialization with JSON objects inside (RFC 7515 3.1, RFC 8725 3.7). */
  MALFORMED,
  /** A JWE (RFC 7516). */
  ENCRYPTED,
  /** A JSON object names a member twice (RFC 8725 2.4). */
  DUPLICATE_MEMBER,
  /** A header that must be understood, {@code crit} or {@code b64}. */
  HEADER_NOT_ALLOWED,
  /** {@code typ} says that it is another kind of token (RFC 8725 3.11). */
  TYPE_NOT_ALLOWED,
  /** {@code alg} is not one that the issuer may use (RFC 8725 3.1). */
  ALGORITHM_NOT_ALLOWED,
  /** The key of that {@code kid} is not one for that {@code alg} (RFC 8725 3.1). */
  ALGORITHM_KEY_MISMATCH,
  /** The issuer has no such key. */
  KEY_UNKNOWN,
  /** No {@code kid}, and not exactly one key that fits. */
  KEY_AMBIGUOUS,
  /** An RSA key under 2048 bits (RFC 7518 3.3). */
  KEY_TOO_SMALL,
  /** The issuer's keys cannot be had, and none are known from before. */
  KEYS_UNAVAILABLE,
  SIGNATURE_INVALID,
  ISSUER_MISSING,
  /** No enabled issuer has exactly this {@code iss}. */
  ISSUER_UNKNOWN,
  AUDIENCE_MISSING,
  AUDIENCE_MISMATCH,
  SUBJECT_MISSING,
  SUBJECT_INVALID,
  ISSUED_AT_MISSING,
  ISSUED_AT_INVALID,
  ISSUED_IN_FUTURE,
  EXPIRY_MISSING,
  EXPIRY_INVALID,
  EXPIRED,
  NOT_YET_VALID,
  LIFETIME_TOO_LONG,
  /** A claim that only other kinds of token have, such as {@code cnf} or {@code client_id}. */
  NOT_A_SESSION,
  /** A claim that the issuer's settings ask for is not there. */
  CLAIM_MISSING,
  SCOPE_INVALID,
  /** At sign-in: made for another sign-in, or for none. */
  NONCE_MISMATCH,
  REVOKED,
  /** Exchanged before, where the issuer's settings allow it once. */
  REPLAYED,
  /** Issued before the realm's or the user's "not before". */
  NOT_BEFORE,
  /** The caller is none of the clients that the issuer's settings name. */
  CLIENT_NOT_ALLOWED,
  FIRST_MEETING_REFUSED,
  /** The user of this person was deleted after the session had been issued. */
  USER_DELETED,
  /** The link between this person and the user was taken away. */
  LINK_REMOVED,
  /** Linking by e-mail: it is not verified on both sides. */
  EMAIL_NOT_VERIFIED,
  /** Linking by e-mail: it does not fit exactly one user who may be linked. */
  EMAIL_AMBIGUOUS,
  USER_DISABLED,
  REQUIRED_ACTION,
  /** A mapper of the issuer could not be applied. */
  MAPPING_FAILED;

  /** Whether the token may be good, which cannot be told now. */
  public boolean isUndecided() {
    return this == KEYS_UNAVAILABLE;
  }

  /** The stable code, in lower case. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
