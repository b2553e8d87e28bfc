package com.expensicat.keycloak.it.support.oauth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** A code verifier and its S256 challenge (RFC 7636 4.1 and 4.2). */
public record Pkce(String codeVerifier) {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  /** A random verifier of 43 characters. */
  public static Pkce random() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return new Pkce(BASE64URL.encodeToString(bytes));
  }

  /** {@code BASE64URL(SHA256(ASCII(code_verifier)))}, 43 characters. */
  public String codeChallenge() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(codeVerifier.getBytes(US_ASCII));
      return BASE64URL.encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
