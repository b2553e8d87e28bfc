package com.expensicat.keycloak.examples.api;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jca.JCAContext;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Set;

/**
 * Verifies Ed25519 (RFC 8037, RFC 9864) by Java itself beside what Nimbus verifies. Nimbus's own
 * verifier for it wants Tink and stands outside the factory that its processor asks, and its
 * converter of keys leaves such keys out.
 */
final class Ed25519VerifierFactory extends DefaultJWSVerifierFactory {

  private static final String ED25519 = "Ed25519";
  private static final int SIGNATURE_BYTES = 64;
  static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

  /** What stands before the 32 bytes of a public key (RFC 8410 4). */
  private static final String KEY_PREFIX = "302a300506032b6570032100";

  /** The key for Java; an {@code IllegalArgumentException} for one of another curve or length. */
  static PublicKey publicKey(OctetKeyPair key) {
    try {
      byte[] encoded =
          HexFormat.of().parseHex(KEY_PREFIX + HexFormat.of().formatHex(key.getDecodedX()));
      return KeyFactory.getInstance(ED25519).generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public JWSVerifier createJWSVerifier(JWSHeader header, Key key) throws JOSEException {
    return ALGORITHMS.contains(header.getAlgorithm())
        ? new Verifier((PublicKey) key)
        : super.createJWSVerifier(header, key);
  }

  private record Verifier(PublicKey key) implements JWSVerifier {

    /** No extension of JWS is known here, so none is critical in vain (RFC 7515 4.1.11). */
    @Override
    public boolean verify(JWSHeader header, byte[] signedContent, Base64URL signature)
        throws JOSEException {
      byte[] bytes = signature.decode();
      if (header.getCriticalParams() != null || bytes.length != SIGNATURE_BYTES) {
        return false;
      }
      try {
        Signature verifier = Signature.getInstance(ED25519);
        verifier.initVerify(key);
        verifier.update(signedContent);
        return verifier.verify(bytes);
      } catch (SignatureException e) {
        return false; // it has not even the form of a signature
      } catch (GeneralSecurityException e) {
        throw new JOSEException(e.getMessage(), e);
      }
    }

    @Override
    public Set<JWSAlgorithm> supportedJWSAlgorithms() {
      return ALGORITHMS;
    }

    @Override
    public JCAContext getJCAContext() {
      return new JCAContext();
    }
  }
}
