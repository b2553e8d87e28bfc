package com.expensicat.keycloak.session.verification;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.session.issuer.FirstMeeting;
import com.expensicat.keycloak.session.issuer.IssuerSettings;
import com.expensicat.keycloak.session.issuer.KeySource;
import com.expensicat.keycloak.session.issuer.SessionKey;
import com.expensicat.keycloak.session.issuer.SigningAlgorithm;
import com.expensicat.keycloak.session.issuer.TrustedIssuer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.keycloak.TokenVerifier;
import org.keycloak.common.VerificationException;
import org.keycloak.common.crypto.CryptoIntegration;
import org.keycloak.crypto.Algorithm;
import org.keycloak.crypto.AsymmetricSignatureVerifierContext;
import org.keycloak.crypto.KeyType;
import org.keycloak.crypto.KeyWrapper;
import org.keycloak.crypto.ServerECDSASignatureVerifierContext;
import org.keycloak.crypto.ServerEdDSASignatureVerifierContext;
import org.keycloak.crypto.SignatureVerifierContext;
import org.keycloak.representations.JsonWebToken;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to verify a session JWT that was never seen before: all of the {@link
 * SessionVerifier}, beside the JDK's check of the signature alone, below which nobody can get, and
 * Keycloak's own {@link TokenVerifier} with the same token, key, audience and issuer.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(3)
public class SessionVerificationBenchmark {

  private static final String SITE = "https://app.expensicat.com";
  private static final String KID = "rV3kTq0mZ8wXcYb1LhDfNs5uJpGoEa7i";

  /** As Better Auth with its {@code jwt} plugin writes them; 15 minutes, made much longer here. */
  private static final String CLAIMS =
      """
      {"iat":%1$d,"name":"Erika Expensicat","email":"erika@expensicat.test","emailVerified":true,\
      "image":"https://app.expensicat.com/people/yetb8jkFG7xnNTKzy59CH9ePHWD0LkH9.png",\
      "createdAt":"2026-11-24T14:39:15.630Z","updatedAt":"2026-11-24T14:39:15.637Z",\
      "org":"cats-and-company","locale":"de-CH","id":"yetb8jkFG7xnNTKzy59CH9ePHWD0LkH9",\
      "sub":"yetb8jkFG7xnNTKzy59CH9ePHWD0LkH9","exp":%2$d,"iss":"%3$s","aud":"%3$s"}""";

  private static final int LIFETIME = 24 * 60 * 60;

  /** How the session JWT is signed. */
  @Param public SigningAlgorithm algorithm;

  private PublicKey publicKey;
  private byte[] token;
  private String tokenText;
  private byte[] signingInput;
  private byte[] signature;
  private Signature checker;
  private SessionVerifier verifier;
  private SignatureVerifierContext keycloaksKey;

  /** Makes key and token, and tries everything once. */
  @Setup
  public void prepare() throws GeneralSecurityException, VerificationException {
    CryptoIntegration.init(SessionVerificationBenchmark.class.getClassLoader());
    KeyPair keys = keys();
    publicKey = keys.getPublic();
    String signatureName =
        switch (algorithm) {
          case EDDSA -> "Ed25519";
          case ES256 -> "SHA256withECDSAinP1363Format";
          case RS256 -> "SHA256withRSA";
        };
    String header = "{\"alg\":\"%s\",\"kid\":\"%s\"}".formatted(algorithm.settingName(), KID);
    long now = Instant.now().getEpochSecond();
    String input = base64Url(header) + '.' + base64Url(CLAIMS.formatted(now, now + LIFETIME, SITE));
    signingInput = input.getBytes(US_ASCII);
    Signature signer = Signature.getInstance(signatureName);
    signer.initSign(keys.getPrivate());
    signer.update(signingInput);
    signature = signer.sign();
    checker = Signature.getInstance(signatureName);
    checker.initVerify(publicKey);
    tokenText = input + '.' + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    token = tokenText.getBytes(US_ASCII);
    Optional<TrustedIssuer> issuer = Optional.of(issuer());
    verifier =
        new SessionVerifier(
            iss -> issuer.filter(trusted -> SITE.equals(iss)),
            () -> Instant.now().getEpochSecond());
    keycloaksKey = keycloaksKey();
    if (sessionVerifier().refusal().isPresent()
        || !signatureAlone()
        || !SITE.equals(keycloaksTokenVerifier().getIssuer())) {
      throw new IllegalStateException("The token is not accepted by all.");
    }
  }

  /** The whole verification, from bytes to the claims. */
  @Benchmark
  public Verdict<VerifiedSession> sessionVerifier() {
    return verifier.verify(token);
  }

  /** The signature and nothing else: all of it is decoded, and what checks it has its key. */
  @Benchmark
  public boolean signatureAlone() throws GeneralSecurityException {
    checker.update(signingInput);
    return checker.verify(signature);
  }

  /** Keycloak's verification of a bearer token that somebody else issued. */
  @Benchmark
  public JsonWebToken keycloaksTokenVerifier() throws VerificationException {
    return TokenVerifier.create(tokenText, JsonWebToken.class)
        .withChecks(
            TokenVerifier.SUBJECT_EXISTS_CHECK,
            TokenVerifier.IS_ACTIVE,
            new TokenVerifier.RealmUrlCheck(SITE))
        .audience(SITE)
        .verifierContext(keycloaksKey)
        .verify()
        .getToken();
  }

  private KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator =
        KeyPairGenerator.getInstance(
            switch (algorithm) {
              case EDDSA -> "Ed25519";
              case ES256 -> "EC";
              case RS256 -> "RSA";
            });
    switch (algorithm) {
      case EDDSA -> {}
      case ES256 -> generator.initialize(256);
      case RS256 -> generator.initialize(2048);
    }
    return generator.generateKeyPair();
  }

  private TrustedIssuer issuer() {
    IssuerSettings settings =
        new IssuerSettings(
            SITE,
            SITE + "/api/auth/jwks",
            Optional.empty(),
            SITE,
            Set.of(SigningAlgorithm.values()),
            10,
            LIFETIME,
            300,
            "sub",
            List.of("email"),
            FirstMeeting.CREATE,
            Optional.empty(),
            Set.of("expensicat-api"),
            Set.of("expensicat-web"),
            "org",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            false);
    List<SessionKey> keys = List.of(new SessionKey(KID, algorithm.settingName(), publicKey));
    return new TrustedIssuer(
        "1",
        "expensicat",
        settings,
        new KeySource() {
          @Override
          public List<SessionKey> keys() {
            return keys;
          }

          @Override
          public List<SessionKey> refreshedKeys() {
            return keys;
          }
        });
  }

  private SignatureVerifierContext keycloaksKey() {
    KeyWrapper key = new KeyWrapper();
    key.setKid(KID);
    key.setPublicKey(publicKey);
    switch (algorithm) {
      case EDDSA -> {
        key.setAlgorithm(Algorithm.EdDSA);
        key.setType(KeyType.OKP);
        key.setCurve(Algorithm.Ed25519);
      }
      case ES256 -> {
        key.setAlgorithm(Algorithm.ES256);
        key.setType(KeyType.EC);
      }
      case RS256 -> {
        key.setAlgorithm(Algorithm.RS256);
        key.setType(KeyType.RSA);
      }
    }
    return switch (algorithm) {
      case EDDSA -> new ServerEdDSASignatureVerifierContext(key);
      case ES256 -> new ServerECDSASignatureVerifierContext(key);
      case RS256 -> new AsymmetricSignatureVerifierContext(key);
    };
  }

  private static String base64Url(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }
}
