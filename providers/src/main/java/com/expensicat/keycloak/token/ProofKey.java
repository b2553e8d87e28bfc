package com.expensicat.keycloak.token;

import org.keycloak.jose.jwk.JWK;
import org.keycloak.jose.jws.JWSInput;
import org.keycloak.jose.jws.JWSInputException;
import org.keycloak.util.JWKSUtils;

/** The key in the header of a DPoP proof (RFC 9449 4.2). */
public final class ProofKey {

  private ProofKey() {}

  /**
   * Whether a proof can be handed to Keycloak, which answers 500 where the members of the JWK make
   * no key, a point off its curve say. All else that is wrong with a proof Keycloak finds itself.
   *
   * @param proof as the header has it; null where there is none
   */
  public static boolean isReadable(String proof) {
    if (proof == null) {
      return true;
    }
    try {
      JWK jwk = new JWSInput(proof).getHeader().getKey();
      if (jwk != null) {
        JWKSUtils.getKeyWrapper(jwk);
      }
      return true;
    } catch (JWSInputException e) {
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }
}
