package com.expensicat.keycloak.http;

import org.keycloak.crypto.Algorithm;
import org.keycloak.jose.jwk.JWK;
import org.keycloak.jose.jwk.OKPPublicJWK;
import org.keycloak.jose.jws.JWSHeader;
import org.keycloak.jose.jws.JWSInput;
import org.keycloak.jose.jws.JWSInputException;
import org.keycloak.util.JWKSUtils;

/** The key in the header of a DPoP proof (RFC 9449 4.2). */
public final class ProofKey {

  private ProofKey() {}

  /**
   * Whether a proof can be handed to Keycloak, which answers 500 where the members of the JWK make
   * no key, a point off its curve say, and does not ask whether the key is for the algorithm that
   * signs (RFC 7517 4.4). All else that is wrong with a proof Keycloak finds itself.
   *
   * @param proof as the header has it; null where there is none
   */
  public static boolean isUsable(String proof) {
    if (proof == null) {
      return true;
    }
    try {
      JWSHeader header = new JWSInput(proof).getHeader();
      JWK jwk = header.getKey();
      if (jwk != null) {
        JWKSUtils.getKeyWrapper(jwk);
      }
      return jwk == null || jwk.getAlgorithm() == null || isFor(jwk, header.getRawAlgorithm());
    } catch (JWSInputException e) {
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** A key of EdDSA may also name its curve (RFC 9864 2.2). */
  private static boolean isFor(JWK jwk, String algorithm) {
    return jwk.getAlgorithm().equals(algorithm)
        || (Algorithm.EdDSA.equals(algorithm)
            && jwk.getAlgorithm().equals(jwk.getOtherClaim(OKPPublicJWK.CRV, String.class)));
  }
}
