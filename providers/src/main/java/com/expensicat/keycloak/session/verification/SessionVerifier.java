package com.expensicat.keycloak.session.verification;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.session.issuer.IssuerSettings;
import com.expensicat.keycloak.session.issuer.KeySource;
import com.expensicat.keycloak.session.issuer.SessionKey;
import com.expensicat.keycloak.session.issuer.SigningAlgorithm;
import com.expensicat.keycloak.session.issuer.TrustedIssuer;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.keycloak.OAuth2Constants;
import org.keycloak.common.util.Base64Url;
import org.keycloak.crypto.JavaAlgorithm;
import org.keycloak.jose.jws.crypto.HashUtils;
import org.keycloak.representations.IDToken;
import org.keycloak.representations.JsonWebToken;

/**
 * Verifies session JWTs: takes bytes, gives a verified session or the reason why it is none. Works
 * through RFC 8725; nothing in the token says which algorithms, keys or addresses to trust, only
 * the issuer's settings do. {@code jwk}, {@code jku}, {@code x5u} and {@code x5c} are never looked
 * at.
 */
public final class SessionVerifier {

  /** Largest token, in bytes. */
  public static final int LARGEST_TOKEN = 8 * 1024;

  /** Longest {@code kid} and subject, in characters; OpenID Connect Core 2 for the latter. */
  static final int LONGEST_ID = 255;

  /** Claims that other kinds of token have (RFC 8725 3.12), which the same keys may sign. */
  private static final Set<String> CLAIMS_OF_OTHER_TOKENS =
      Set.of("cnf", OAuth2Constants.CLIENT_ID, JsonWebToken.AZP, IDToken.AT_HASH, "events");

  /** Above this a JSON number is no exact integer any more (RFC 7493 2.2). */
  private static final double LARGEST_INTEGER = 1L << 53;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();

  private final Function<String, Optional<TrustedIssuer>> issuers;
  private final LongSupplier clock;

  /**
   * @param issuers finds a trusted issuer by its exact {@code iss}
   * @param clock the time, in seconds since the epoch
   */
  public SessionVerifier(Function<String, Optional<TrustedIssuer>> issuers, LongSupplier clock) {
    this.issuers = issuers;
    this.clock = clock;
  }

  /**
   * Verifies a token that is shown as a bearer token (RFC 6750), and must not be one that was made
   * for a sign-in.
   *
   * @param token a JWS in compact serialization
   */
  public Verdict<VerifiedSession> verify(byte[] token) {
    return verify(token, Optional.empty());
  }

  /**
   * Verifies a token that is to open a browser session, and must have been made for that.
   *
   * @param token a JWS in compact serialization
   * @param audience the realm's issuer, which {@code aud} must hold
   * @param nonce the value that the hand-over page got
   */
  public Verdict<VerifiedSession> verifyForSignIn(byte[] token, String audience, String nonce) {
    return verify(token, Optional.of(new SignIn(audience, nonce)));
  }

  private record SignIn(String audience, String nonce) {}

  private Verdict<VerifiedSession> verify(byte[] token, Optional<SignIn> signIn) {
    try {
      Jws jws = Jws.parse(token);
      requireUnderstoodHeader(jws.header);
      TrustedIssuer issuer = issuer(jws.claims);
      SessionKey key = requireSignature(jws, issuer);
      return new Verdict.Accepted<>(session(jws, issuer, key, signIn));
    } catch (Refusal e) {
      return new Verdict.Refused<>(e.reason);
    }
  }

  private static void requireUnderstoodHeader(JsonNode header) throws Refusal {
    require(!header.has("crit") && !header.has("b64"), RefusalReason.HEADER_NOT_ALLOWED);
    JsonNode type = header.path("typ");
    require(
        type.isMissingNode() || (type.isTextual() && "JWT".equalsIgnoreCase(type.textValue())),
        RefusalReason.TYPE_NOT_ALLOWED);
  }

  private TrustedIssuer issuer(JsonNode claims) throws Refusal {
    JsonNode issuer = claims.path(OAuth2Constants.ISSUER);
    require(!isAbsent(issuer), RefusalReason.ISSUER_MISSING);
    require(issuer.isTextual(), RefusalReason.ISSUER_UNKNOWN);
    return issuers
        .apply(issuer.textValue())
        .orElseThrow(() -> new Refusal(RefusalReason.ISSUER_UNKNOWN));
  }

  private static SessionKey requireSignature(Jws jws, TrustedIssuer issuer) throws Refusal {
    SigningAlgorithm algorithm =
        Optional.of(jws.header.path("alg"))
            .filter(JsonNode::isTextual)
            .flatMap(alg -> SigningAlgorithm.of(alg.textValue()))
            .filter(issuer.settings().algorithms()::contains)
            .orElseThrow(() -> new Refusal(RefusalReason.ALGORITHM_NOT_ALLOWED));
    SessionKey key = key(jws.header.path("kid"), algorithm, issuer.keys());
    require(
        !(key.publicKey() instanceof RSAPublicKey rsa)
            || rsa.getModulus().bitLength() >= SigningAlgorithm.SMALLEST_RSA_KEY,
        RefusalReason.KEY_TOO_SMALL);
    require(
        algorithm.verifies(key, jws.signingInput, jws.signature), RefusalReason.SIGNATURE_INVALID);
    return key;
  }

  /**
   * The one key that the token may be signed with (RFC 7517 4.5, RFC 7515 4.1.4). A key without an
   * id may have any.
   */
  private static SessionKey key(JsonNode kid, SigningAlgorithm algorithm, KeySource source)
      throws Refusal {
    List<SessionKey> known = source.keys();
    if (kid.isMissingNode()) {
      require(!known.isEmpty(), RefusalReason.KEYS_UNAVAILABLE);
      return only(known.stream().filter(algorithm::fits).toList());
    }
    require(kid.isTextual() && kid.textValue().length() <= LONGEST_ID, RefusalReason.KEY_UNKNOWN);
    List<SessionKey> named = named(known, kid.textValue());
    if (named.isEmpty()) {
      known = source.refreshedKeys();
      named = named(known, kid.textValue());
    }
    if (named.isEmpty()) {
      named = known.stream().filter(key -> key.kid() == null).toList();
    }
    require(!known.isEmpty(), RefusalReason.KEYS_UNAVAILABLE);
    require(!named.isEmpty(), RefusalReason.KEY_UNKNOWN);
    List<SessionKey> fitting = named.stream().filter(algorithm::fits).toList();
    require(!fitting.isEmpty(), RefusalReason.ALGORITHM_KEY_MISMATCH);
    return only(fitting);
  }

  private static List<SessionKey> named(List<SessionKey> keys, String kid) {
    return keys.stream().filter(key -> kid.equals(key.kid())).toList();
  }

  /** A key that is there twice by one id is one. */
  private static SessionKey only(List<SessionKey> keys) throws Refusal {
    require(
        keys.stream()
                .map(key -> new SessionKey(key.kid(), null, key.publicKey()))
                .distinct()
                .count()
            == 1,
        RefusalReason.KEY_AMBIGUOUS);
    return keys.get(0);
  }

  private VerifiedSession session(
      Jws jws, TrustedIssuer issuer, SessionKey key, Optional<SignIn> signIn) throws Refusal {
    JsonNode claims = jws.claims;
    IssuerSettings settings = issuer.settings();
    require(
        CLAIMS_OF_OTHER_TOKENS.stream().noneMatch(claims::has)
            && (signIn.isPresent() || !claims.has(IDToken.NONCE)),
        RefusalReason.NOT_A_SESSION);
    requireAudience(claims.path("aud"), signIn.map(SignIn::audience).orElse(settings.audience()));
    subject(claims.path("sub"));
    String subject = subject(VerifiedSession.claim(claims, settings.subjectClaim()));

    long now = clock.getAsLong();
    long skew = settings.clockSkew();
    long issuedAt =
        time(claims.path("iat"), RefusalReason.ISSUED_AT_MISSING, RefusalReason.ISSUED_AT_INVALID);
    long expiresAt =
        time(claims.path("exp"), RefusalReason.EXPIRY_MISSING, RefusalReason.EXPIRY_INVALID);
    require(issuedAt <= now + skew, RefusalReason.ISSUED_IN_FUTURE);
    require(now < expiresAt + skew, RefusalReason.EXPIRED);
    require(expiresAt > issuedAt, RefusalReason.EXPIRY_INVALID);
    require(expiresAt - issuedAt <= settings.maxLifetime(), RefusalReason.LIFETIME_TOO_LONG);
    JsonNode notBefore = claims.path("nbf");
    require(
        notBefore.isMissingNode()
            || time(notBefore, RefusalReason.NOT_YET_VALID, RefusalReason.NOT_YET_VALID)
                <= now + skew,
        RefusalReason.NOT_YET_VALID);

    for (String claim : settings.requiredClaims()) {
      require(!isAbsent(VerifiedSession.claim(claims, claim)), RefusalReason.CLAIM_MISSING);
    }
    JsonNode scope = claims.path(OAuth2Constants.SCOPE);
    require(scope.isMissingNode() || scope.isTextual(), RefusalReason.SCOPE_INVALID);
    JsonNode jti = claims.path("jti");
    require(jti.isMissingNode() || jti.isTextual(), RefusalReason.MALFORMED);
    if (signIn.isPresent()) {
      requireNonce(claims.path(IDToken.NONCE), signIn.get().nonce());
    }
    return new VerifiedSession(
        issuer.id(),
        issuer.alias(),
        settings,
        key,
        subject,
        issuedAt,
        expiresAt,
        Optional.ofNullable(jti.textValue()),
        Base64Url.encode(HashUtils.hash(JavaAlgorithm.SHA256, jws.signingInput)),
        claims);
  }

  private static void requireAudience(JsonNode audience, String expected) throws Refusal {
    require(
        !isAbsent(audience) && !(audience.isArray() && audience.isEmpty()),
        RefusalReason.AUDIENCE_MISSING);
    boolean found = audience.isTextual() && audience.textValue().equals(expected);
    for (JsonNode one : audience) {
      require(one.isTextual(), RefusalReason.AUDIENCE_MISMATCH);
      found |= audience.isArray() && one.textValue().equals(expected);
    }
    require(found, RefusalReason.AUDIENCE_MISMATCH);
  }

  private static String subject(JsonNode subject) throws Refusal {
    require(!isAbsent(subject), RefusalReason.SUBJECT_MISSING);
    require(
        subject.isTextual()
            && subject.textValue().length() <= LONGEST_ID
            && subject.textValue().chars().noneMatch(Character::isISOControl),
        RefusalReason.SUBJECT_INVALID);
    return subject.textValue();
  }

  /** A NumericDate (RFC 7519 2), fractions of a second cut off. */
  private static long time(JsonNode time, RefusalReason missing, RefusalReason invalid)
      throws Refusal {
    require(!isAbsent(time), missing);
    require(
        time.isNumber() && time.doubleValue() >= 0 && time.doubleValue() <= LARGEST_INTEGER,
        invalid);
    return time.longValue();
  }

  private static void requireNonce(JsonNode nonce, String expected) throws Refusal {
    require(
        nonce.isTextual()
            && MessageDigest.isEqual(nonce.textValue().getBytes(UTF_8), expected.getBytes(UTF_8)),
        RefusalReason.NONCE_MISMATCH);
  }

  private static boolean isAbsent(JsonNode claim) {
    return claim.isMissingNode()
        || claim.isNull()
        || (claim.isTextual() && claim.textValue().isBlank());
  }

  private static void require(boolean holds, RefusalReason reason) throws Refusal {
    if (!holds) {
      throw new Refusal(reason);
    }
  }

  /** A JWS taken apart (RFC 7515 3.1). */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never leaves this class
  private record Jws(JsonNode header, JsonNode claims, byte[] signingInput, byte[] signature) {

    static Jws parse(byte[] token) throws Refusal {
      require(token.length <= LARGEST_TOKEN, RefusalReason.TOO_LARGE);
      String[] parts = new String(token, ISO_8859_1).split("\\.", -1);
      require(parts.length != 5, RefusalReason.ENCRYPTED);
      require(parts.length == 3, RefusalReason.MALFORMED);
      return new Jws(
          json(decode(parts[0])),
          json(decode(parts[1])),
          (parts[0] + '.' + parts[1]).getBytes(US_ASCII),
          decode(parts[2]));
    }

    /** Base64url without padding, in its one canonical form (RFC 4648 3.5). */
    private static byte[] decode(String part) throws Refusal {
      byte[] encoded = part.getBytes(ISO_8859_1);
      try {
        byte[] decoded = Base64.getUrlDecoder().decode(encoded);
        require(
            Arrays.equals(Base64.getUrlEncoder().withoutPadding().encode(decoded), encoded),
            RefusalReason.MALFORMED);
        return decoded;
      } catch (IllegalArgumentException e) {
        throw new Refusal(RefusalReason.MALFORMED);
      }
    }

    private static JsonNode json(byte[] bytes) throws Refusal {
      String text = new String(bytes, UTF_8);
      require(Arrays.equals(text.getBytes(UTF_8), bytes), RefusalReason.MALFORMED);
      try (JsonParser parser = JSON.createParser(text)) {
        JsonNode json = JSON.readTree(parser);
        require(
            json != null && json.isObject() && parser.nextToken() == null, RefusalReason.MALFORMED);
        return json;
      } catch (MismatchedInputException e) {
        throw new Refusal(RefusalReason.DUPLICATE_MEMBER);
      } catch (IOException e) {
        throw new Refusal(RefusalReason.MALFORMED);
      }
    }
  }

  /** Leaves the verification with a reason; never leaves this class. */
  private static final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    final RefusalReason reason;

    Refusal(RefusalReason reason) {
      super(reason.code(), null, false, false);
      this.reason = reason;
    }
  }
}
