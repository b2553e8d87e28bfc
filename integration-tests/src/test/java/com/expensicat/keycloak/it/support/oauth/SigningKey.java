package com.expensicat.keycloak.it.support.oauth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.it.support.http.Json;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * A key pair that signs JWTs with the JDK alone, whatever their header and payload say.
 *
 * @param alg what the key is for, by RFC 7518 or RFC 8037
 */
public record SigningKey(String kid, String alg, KeyPair pair) {

  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  private static final int ED25519_BYTES = 32;

  public static SigningKey ed25519(String kid) {
    return new SigningKey(kid, "EdDSA", pair("Ed25519", NamedParameterSpec.ED25519));
  }

  public static SigningKey es256(String kid) {
    return ec(kid, "secp256r1");
  }

  /** A key on any curve that signs as ES256 does. */
  public static SigningKey ec(String kid, String curve) {
    return new SigningKey(kid, "ES256", pair("EC", new ECGenParameterSpec(curve)));
  }

  public static SigningKey rs256(String kid) {
    return rsa(kid, 2048);
  }

  public static SigningKey rsa(String kid, int bits) {
    return new SigningKey(
        kid, "RS256", pair("RSA", new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4)));
  }

  private static KeyPair pair(String algorithm, AlgorithmParameterSpec parameters) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(parameters);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The public key as Better Auth publishes it: {@code alg} and {@code kid}, no {@code use}. */
  public ObjectNode jwk() {
    return ((ObjectNode) Json.read(publicJwk().toJSONString()).orElseThrow())
        .put("kid", kid)
        .put("alg", alg);
  }

  private JWK publicJwk() {
    PublicKey key = pair.getPublic();
    if (key instanceof RSAPublicKey rsa) {
      return new RSAKey.Builder(rsa).build();
    }
    if (key instanceof ECPublicKey ec) {
      return new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec).build();
    }
    return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x())).build();
  }

  /** The 32 bytes of an Ed25519 key, which end its DER encoding (RFC 8410). */
  public byte[] x() {
    byte[] der = pair.getPublic().getEncoded();
    return Arrays.copyOfRange(der, der.length - ED25519_BYTES, der.length);
  }

  /** The signature that the key is for, over the two encoded parts with their dot. */
  public byte[] sign(String signingInput) {
    return sign(
        switch (alg) {
          case "EdDSA" -> "Ed25519";
          case "ES256" -> "SHA256withECDSAinP1363Format";
          default -> "SHA256withRSA";
        },
        signingInput);
  }

  /** A signature by any algorithm of the JDK. */
  public byte[] sign(String algorithm, String signingInput) {
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(pair.getPrivate());
      signature.update(signingInput.getBytes(US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The compact serialization of a header and a payload, both as they stand. */
  public String compact(String header, String payload) {
    String signingInput =
        base64url(header.getBytes(UTF_8)) + '.' + base64url(payload.getBytes(UTF_8));
    return signingInput + '.' + base64url(sign(signingInput));
  }

  public static String base64url(byte[] bytes) {
    return BASE64URL.encodeToString(bytes);
  }
}
