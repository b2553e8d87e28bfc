package com.expensicat.keycloak.session.issuer;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The algorithms that a session JWT may be signed with (RFC 7518 3.1, RFC 8037 3.1, RFC 9864). */
@SuppressWarnings("ImmutableEnumChecker") // lists and lambdas that nothing changes
public enum SigningAlgorithm {
  EDDSA(List.of("EdDSA", "Ed25519"), "Ed25519", 64, SigningAlgorithm::isEd25519),
  ES256(List.of("ES256"), "SHA256withECDSAinP1363Format", 64, SigningAlgorithm::isP256),
  RS256(List.of("RS256"), "SHA256withRSA", 0, RSAPublicKey.class::isInstance);

  /** Fewest bits of an RSA key (RFC 7518 3.3). */
  public static final int SMALLEST_RSA_KEY = 2048;

  private final List<String> names;
  private final String signature;
  private final int length;
  private final Predicate<PublicKey> fits;

  /**
   * @param length of a signature in bytes, where Java does not see to it itself; else 0
   */
  SigningAlgorithm(List<String> names, String signature, int length, Predicate<PublicKey> fits) {
    this.names = names;
    this.signature = signature;
    this.length = length;
    this.fits = fits;
  }

  /** The algorithm that {@code alg} of a header or key names, letter by letter. */
  public static Optional<SigningAlgorithm> of(String alg) {
    return Arrays.stream(values()).filter(algorithm -> algorithm.names.contains(alg)).findFirst();
  }

  /** The name in settings. */
  public String settingName() {
    return names.get(0);
  }

  /** Whether a key is of this algorithm's type and says nothing else of itself. */
  public boolean fits(SessionKey key) {
    return fits.test(key.publicKey())
        && (key.algorithm() == null || names.contains(key.algorithm()));
  }

  /** Whether {@code signature} is that key's, which {@link #fits}, for the signing input. */
  public boolean verifies(SessionKey key, byte[] signingInput, byte[] signature) {
    if (length != 0 && signature.length != length) {
      return false; // Java's Ed25519 overlooks bytes behind the signature
    }
    try {
      Signature verifier = verifier(key.publicKey());
      verifier.update(signingInput);
      return verifier.verify(signature);
    } catch (SignatureException | InvalidKeyException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no " + this.signature, e);
    }
  }

  /**
   * Keycloak's keys of elliptic curves are Bouncy Castle's, of the name ECDSA. Its releases before
   * that of Keycloak 26.7.5 do not verify {@link #ES256}'s form of signature, and Java's own takes
   * keys of the name EC alone.
   */
  private Signature verifier(PublicKey key) throws GeneralSecurityException {
    try {
      return verifierOf(key);
    } catch (InvalidKeyException e) {
      if (!(key instanceof ECPublicKey)) {
        throw e;
      }
      return verifierOf(
          KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(key.getEncoded())));
    }
  }

  private Signature verifierOf(PublicKey key) throws GeneralSecurityException {
    Signature verifier = Signature.getInstance(signature);
    verifier.initVerify(key);
    return verifier;
  }

  private static boolean isEd25519(PublicKey key) {
    return key instanceof EdECPublicKey edwards && "Ed25519".equals(edwards.getParams().getName());
  }

  private static boolean isP256(PublicKey key) {
    if (!(key instanceof ECPublicKey elliptic)) {
      return false;
    }
    ECParameterSpec curve = elliptic.getParams();
    return curve.getCurve().equals(P256.CURVE.getCurve())
        && curve.getGenerator().equals(P256.CURVE.getGenerator())
        && curve.getOrder().equals(P256.CURVE.getOrder());
  }

  private static final class P256 {
    static final ECParameterSpec CURVE = curve();

    private static ECParameterSpec curve() {
      try {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        return parameters.getParameterSpec(ECParameterSpec.class);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("This Java has no P-256", e);
      }
    }
  }
}
