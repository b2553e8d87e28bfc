package com.expensicat.keycloak.session.verification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.session.issuer.IssuerSettings;
import com.expensicat.keycloak.session.issuer.KeySource;
import com.expensicat.keycloak.session.issuer.SessionKey;
import com.expensicat.keycloak.session.issuer.TrustedIssuer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keycloak.jose.jws.crypto.HashUtils;

/** The rules that hang on the clock and on keys; the forgeries are shown to a real server. */
class SessionVerifierTest {

  private static final long NOW = 1_795_000_000;
  private static final String ISSUER = "https://app.example";
  private static final KeyPair KEYS = keyPair();

  private final Map<String, String> config =
      new HashMap<>(Map.of(IssuerSettings.ISSUER, ISSUER, IssuerSettings.MAX_LIFETIME, "900"));
  private List<SessionKey> keys = List.of(key("k1"));
  private List<SessionKey> keysAfterRefresh = keys;

  @ParameterizedTest
  @CsvSource({
    // iat, exp and nbf relative to now, clock skew 10 s, longest lifetime 900 s
    "    0,  900,    , ",
    "   10,  300,    , ",
    "   11,  300,    , ISSUED_IN_FUTURE",
    " -900,   -9,    , ",
    " -900,  -10,    , EXPIRED",
    "    0,  901,    , LIFETIME_TOO_LONG",
    "    0,    0,    , EXPIRY_INVALID",
    "    5,    4,    , EXPIRY_INVALID",
    "    0,  900,  10, ",
    "    0,  900,  11, NOT_YET_VALID",
  })
  void timesCountWithTheClockSkewAndNotASecondMore(
      long issuedAt, long expiresAt, Long notBefore, RefusalReason reason) {
    String times =
        "\"iat\":"
            + (NOW + issuedAt)
            + ",\"exp\":"
            + (NOW + expiresAt)
            + (notBefore == null ? "" : ",\"nbf\":" + (NOW + notBefore));
    assertThat(reason(verify(token("{\"alg\":\"EdDSA\",\"kid\":\"k1\"}", claims(times)))))
        .isEqualTo(Optional.ofNullable(reason));
  }

  @ParameterizedTest
  @CsvSource({"1795000000.9, ", "1.795e9, ", "-1, ISSUED_AT_INVALID", "1e999, ISSUED_AT_INVALID"})
  void numericDatesMayHaveFractionsAndMustBeReal(String issuedAt, RefusalReason reason) {
    String times = "\"iat\":" + issuedAt + ",\"exp\":" + (NOW + 60);
    assertThat(reason(verify(token("{\"alg\":\"EdDSA\",\"kid\":\"k1\"}", claims(times)))))
        .isEqualTo(Optional.ofNullable(reason));
  }

  @Test
  void anUnknownKidIsLookedForAgainOnce() {
    keysAfterRefresh = List.of(key("k1"), key("k2"));
    assertThat(reason(verify(good("{\"alg\":\"EdDSA\",\"kid\":\"k2\"}")))).isEmpty();
    assertThat(reason(verify(good("{\"alg\":\"EdDSA\",\"kid\":\"k3\"}"))))
        .contains(RefusalReason.KEY_UNKNOWN);
  }

  @Test
  void withoutKidExactlyOneKeyMustFit() {
    assertThat(reason(verify(good("{\"alg\":\"EdDSA\"}")))).isEmpty();
    keys = List.of(key("k1"), key("k2"));
    assertThat(reason(verify(good("{\"alg\":\"EdDSA\"}")))).contains(RefusalReason.KEY_AMBIGUOUS);
  }

  @Test
  void aKeyThatIsThereTwiceByOneIdIsOne() {
    keys = List.of(key("k1"), new SessionKey("k1", null, KEYS.getPublic()));
    assertThat(reason(verify(good("{\"alg\":\"EdDSA\",\"kid\":\"k1\"}")))).isEmpty();
    keys = List.of(key("k1"), new SessionKey("k1", "EdDSA", keyPair().getPublic()));
    assertThat(reason(verify(good("{\"alg\":\"EdDSA\",\"kid\":\"k1\"}"))))
        .contains(RefusalReason.KEY_AMBIGUOUS);
  }

  @Test
  void aKeyWithoutAnIdIsForAnyThatNoOtherKeyHas() {
    keys = List.of(key(null));
    keysAfterRefresh = keys;
    assertThat(reason(verify(good("{\"alg\":\"EdDSA\",\"kid\":\"k1\"}")))).isEmpty();
    keysAfterRefresh = List.of(key("k1"), new SessionKey(null, "EdDSA", keyPair().getPublic()));
    assertThat(reason(verify(good("{\"alg\":\"EdDSA\",\"kid\":\"k1\"}")))).isEmpty();
    keysAfterRefresh = List.of(key(null), new SessionKey(null, null, keyPair().getPublic()));
    assertThat(reason(verify(good("{\"alg\":\"EdDSA\",\"kid\":\"k1\"}"))))
        .contains(RefusalReason.KEY_AMBIGUOUS);
  }

  @Test
  void withoutAnyKeysNothingIsBelieved() {
    keys = List.of();
    keysAfterRefresh = List.of();
    assertThat(reason(verify(good("{\"alg\":\"EdDSA\"}"))))
        .contains(RefusalReason.KEYS_UNAVAILABLE);
    assertThat(reason(verify(good("{\"alg\":\"EdDSA\",\"kid\":\"k1\"}"))))
        .contains(RefusalReason.KEYS_UNAVAILABLE);
  }

  @Test
  void theRewrittenSignatureHasTheSameFingerprint() {
    byte[] token = good("{\"alg\":\"EdDSA\",\"kid\":\"k1\"}");
    VerifiedSession session =
        verify(token).orElseThrow(reason -> new IllegalStateException(reason.code()));
    String signingInput = new String(token, UTF_8).replaceFirst("\\.[^.]*$", "");
    assertThat(session.fingerprint())
        .isEqualTo(HashUtils.sha256UrlEncodedHash(signingInput, UTF_8));
  }

  @Test
  void aSignInNeedsItsOwnNonceAndAudience() {
    String times = "\"nonce\":\"n-1\",\"iat\":" + NOW + ",\"exp\":" + (NOW + 60);
    byte[] token =
        token(
            "{\"alg\":\"EdDSA\",\"kid\":\"k1\"}",
            claims(times).replace("\"aud\":\"" + ISSUER, "\"aud\":\"https://realm.example"));
    assertThat(reason(verifier().verifyForSignIn(token, "https://realm.example", "n-1"))).isEmpty();
    assertThat(reason(verifier().verifyForSignIn(token, "https://realm.example", "n-2")))
        .contains(RefusalReason.NONCE_MISMATCH);
    assertThat(reason(verifier().verifyForSignIn(token, "https://other.example", "n-1")))
        .contains(RefusalReason.AUDIENCE_MISMATCH);
    assertThat(reason(verify(token))).contains(RefusalReason.NOT_A_SESSION);
    assertThat(
            reason(
                verifier()
                    .verifyForSignIn(good("{\"alg\":\"EdDSA\",\"kid\":\"k1\"}"), ISSUER, "n-1")))
        .contains(RefusalReason.NONCE_MISMATCH);
  }

  private Verdict<VerifiedSession> verify(byte[] token) {
    return verifier().verify(token);
  }

  private SessionVerifier verifier() {
    KeySource source =
        new KeySource() {
          @Override
          public List<SessionKey> keys() {
            return keys;
          }

          @Override
          public List<SessionKey> refreshedKeys() {
            return keysAfterRefresh;
          }
        };
    return new SessionVerifier(
        issuer ->
            Optional.of(new TrustedIssuer("1", "app", IssuerSettings.of(config), source))
                .filter(trusted -> trusted.settings().issuer().equals(issuer)),
        () -> NOW);
  }

  private static Optional<RefusalReason> reason(Verdict<?> verdict) {
    return verdict.refusal();
  }

  private static byte[] good(String header) {
    return token(header, claims("\"iat\":" + NOW + ",\"exp\":" + (NOW + 60)));
  }

  private static String claims(String more) {
    return "{\"iss\":\""
        + ISSUER
        + "\",\"aud\":\""
        + ISSUER
        + "\",\"sub\":\"p1\",\"email\":\"p1@example.org\","
        + more
        + "}";
  }

  private static byte[] token(String header, String claims) {
    String signingInput =
        base64Url(header.getBytes(UTF_8)) + '.' + base64Url(claims.getBytes(UTF_8));
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(KEYS.getPrivate());
      signature.update(signingInput.getBytes(UTF_8));
      return (signingInput + '.' + base64Url(signature.sign())).getBytes(UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static SessionKey key(String kid) {
    return new SessionKey(kid, "EdDSA", KEYS.getPublic());
  }

  private static KeyPair keyPair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
