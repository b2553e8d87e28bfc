package com.expensicat.keycloak.session.verification;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.expensicat.keycloak.Bounds;
import com.expensicat.keycloak.session.issuer.IssuerSettings;
import com.expensicat.keycloak.session.issuer.KeySource;
import com.expensicat.keycloak.session.issuer.SessionKey;
import com.expensicat.keycloak.session.issuer.TrustedIssuer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An input that begins with a brace is a header and, on the next lines, claims; it is signed, so
 * that what comes after the signature is reached too. Any other is a token as it stands.
 */
public class SessionVerifierFuzz {

  private static final long NOW = 1_795_000_000;
  private static final String ISSUER = "https://app.example";
  private static final KeyPair ED25519 = keyPair("Ed25519", 255);
  private static final KeyPair P256 = keyPair("EC", 256);
  private static final KeyPair RSA = keyPair("RSA", 2048);

  private static final List<SessionKey> KEYS =
      List.of(
          new SessionKey("k1", "EdDSA", ED25519.getPublic()),
          new SessionKey("k2", "ES256", P256.getPublic()),
          new SessionKey("k3", "RS256", RSA.getPublic()));

  private static final TrustedIssuer TRUSTED =
      new TrustedIssuer(
          "1",
          "app",
          IssuerSettings.of(
              Map.of(IssuerSettings.ISSUER, ISSUER, IssuerSettings.REQUIRED_CLAIMS, "email")),
          new KeySource() {
            @Override
            public List<SessionKey> keys() {
              return KEYS;
            }

            @Override
            public List<SessionKey> refreshedKeys() {
              return KEYS;
            }
          });

  private static final SessionVerifier VERIFIER =
      new SessionVerifier(
          issuer -> Optional.of(TRUSTED).filter(trusted -> issuer.equals(ISSUER)), () -> NOW);

  @FuzzTest
  void aTokenIsASessionWithinItsIssuersSettingsOrRefusedWithAReason(byte[] input) throws Exception {
    read(input);
  }

  /** Reads one input within the bounds. */
  public static void read(byte[] input) throws Exception {
    byte[] token = input.length > 0 && input[0] == '{' ? signed(input) : input;
    Bounds.hold(token, SessionVerifierFuzz::check);
  }

  private static void check(byte[] token) {
    VERIFIER.verify(token).onAccepted(session -> check(token, session, false));
    VERIFIER
        .verifyForSignIn(token, "https://realm.example", "n-1")
        .onAccepted(session -> check(token, session, true));
  }

  private static void check(byte[] token, VerifiedSession session, boolean forSignIn) {
    assertThat(token.length).isLessThanOrEqualTo(SessionVerifier.LARGEST_TOKEN);
    assertThat(session.claims().path("iss").textValue()).isEqualTo(ISSUER);
    assertThat(session.subject()).isNotBlank().hasSizeLessThanOrEqualTo(255);
    assertThat(session.expiresAt()).isGreaterThan(NOW - TRUSTED.settings().clockSkew());
    assertThat(session.expiresAt() - session.issuedAt())
        .isBetween(1L, (long) TRUSTED.settings().maxLifetime());
    assertThat(session.claims().has("nonce")).isEqualTo(forSignIn);
  }

  private static byte[] signed(byte[] headerAndClaims) throws GeneralSecurityException {
    String text = new String(headerAndClaims, ISO_8859_1);
    int end = text.indexOf('\n') < 0 ? text.length() : text.indexOf('\n');
    String header = text.substring(0, end);
    String signingInput =
        base64Url(header.getBytes(ISO_8859_1))
            + '.'
            + base64Url(Arrays.copyOfRange(headerAndClaims, end, headerAndClaims.length));
    return (signingInput + '.' + base64Url(signature(header, signingInput.getBytes(UTF_8))))
        .getBytes(UTF_8);
  }

  private static byte[] signature(String header, byte[] signingInput)
      throws GeneralSecurityException {
    Signature signature;
    if (header.contains("ES256")) {
      signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(P256.getPrivate());
    } else if (header.contains("RS256")) {
      signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(RSA.getPrivate());
    } else {
      signature = Signature.getInstance("Ed25519");
      signature.initSign(ED25519.getPrivate());
    }
    signature.update(signingInput);
    return signature.sign();
  }

  private static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static KeyPair keyPair(String algorithm, int size) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(size);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
