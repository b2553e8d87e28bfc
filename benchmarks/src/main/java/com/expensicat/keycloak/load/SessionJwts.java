package com.expensicat.keycloak.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/**
 * An issuer of session JWTs, signed with Ed25519, as Better Auth signs them unless told otherwise.
 */
final class SessionJwts {

  static final String ISSUER = "http://127.0.0.1/load";

  private static final String KID = "load";
  private static final int KEY_LENGTH = 32;
  private static final int LIFETIME = 3600; // seconds
  private static final String CLAIMS =
      """
      {"iss":"%1$s","aud":"%1$s","sub":"%2$s","jti":"%3$d","name":"Load Person",\
      "email":"%2$s@session.test","emailVerified":true,"iat":%4$d,"exp":%5$d}""";

  private final KeyPair keys;
  private long issued;

  SessionJwts() {
    try {
      keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The public key (RFC 7517, RFC 8037). */
  String jwks() {
    byte[] encoded = keys.getPublic().getEncoded();
    byte[] key = Arrays.copyOfRange(encoded, encoded.length - KEY_LENGTH, encoded.length);
    return "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"EdDSA\",\"kid\":\"%s\",\"x\":\"%s\"}]}"
        .formatted(KID, base64Url(key));
  }

  /** A JWT of a person's session, another each time. */
  String next(int person) {
    long now = Instant.now().getEpochSecond();
    String header = "{\"alg\":\"EdDSA\",\"kid\":\"" + KID + "\"}";
    String claims = CLAIMS.formatted(ISSUER, People.name(person), issued++, now, now + LIFETIME);
    String input = base64Url(header.getBytes(UTF_8)) + '.' + base64Url(claims.getBytes(UTF_8));
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(keys.getPrivate());
      signer.update(input.getBytes(US_ASCII));
      return input + '.' + base64Url(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
