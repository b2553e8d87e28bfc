package com.expensicat.keycloak.it.support.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSAEncrypter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A JWT as the tables of session JWTs write it, each column a change of a good one; an empty column
 * changes nothing.
 *
 * <ul>
 *   <li>Header and claims are an object whose members go over those of the good one, a {@code null}
 *       takes a member out; or, after {@code =}, the whole text. Single quotes stand for double
 *       ones.
 *   <li>The signature is the name of the key that signs ({@code forger's ed} for a key that has the
 *       same id at somebody else's), an algorithm of the JDK and such a name, or one of {@link
 *       #signature}.
 *   <li>The token is made of {@code $h}, {@code $p} and {@code $s}, the encoded header, payload and
 *       signature, and of one of {@link #encoding}.
 * </ul>
 *
 * In header, claims and token, {@link #value} says what {@code $...} stands for.
 */
public final class ForgedJwt {

  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\$(now(?:[+-]\\d+)?|\\d+\\*\\S|forger\\.[a-z]+|[A-Za-z]+)");
  private static final Pattern PART = Pattern.compile("\\$([hps])(?:~([a-z]+))?(?![a-z])");

  /** The order of the base point of P-256, and of Ed25519. */
  private static final BigInteger ED25519_ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private final TestIssuer issuer;
  private final TestIssuer forger;
  private final String realm;
  private final SessionJwt good;

  private ForgedJwt(TestIssuer issuer, TestIssuer forger, String realm) {
    this.issuer = issuer;
    this.forger = forger;
    this.realm = realm;
    this.good = issuer.session();
  }

  public static String of(
      TestIssuer issuer,
      TestIssuer forger,
      String realm,
      String header,
      String claims,
      String signature,
      String token) {
    return new ForgedJwt(issuer, forger, realm).forge(header, claims, signature, token);
  }

  private String forge(String header, String claims, String signature, String token) {
    String h = SigningKey.base64url(changed(good.header(), header));
    String p = SigningKey.base64url(changed(good.claims(), claims));
    String s = SigningKey.base64url(signature(signature, h + '.' + p));
    if (token.equals("JWE")) {
      return encrypted();
    }
    return PART.matcher(token.isEmpty() ? "$h.$p.$s" : token.replace('\'', '"'))
        .replaceAll(
            part ->
                encoding(
                    part.group(2),
                    switch (part.group(1)) {
                      case "h" -> h;
                      case "p" -> p;
                      default -> s;
                    }));
  }

  private byte[] changed(ObjectNode object, String change) {
    String said =
        PLACEHOLDER
            .matcher(change.replace('\'', '"'))
            .replaceAll(match -> Matcher.quoteReplacement(value(match, object)));
    if (change.startsWith("=")) {
      return bytes(said.substring(1));
    }
    ObjectNode result = object.deepCopy();
    if (!said.isEmpty()) {
      Json.object(said)
          .properties()
          .forEach(
              member -> {
                if (member.getValue().isNull()) {
                  result.remove(member.getKey());
                } else {
                  result.set(member.getKey(), member.getValue());
                }
              });
    }
    return bytes(Json.write(result));
  }

  /** UTF-8, but for {@code %FF}, a byte that UTF-8 never has. */
  private static byte[] bytes(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1)
        .replace("%FF", "\u00ff")
        .getBytes(ISO_8859_1);
  }

  private String value(MatchResult placeholder, ObjectNode object) {
    String name = placeholder.group(1);
    if (name.startsWith("now")) {
      long offset = name.length() > 3 ? Long.parseLong(name.substring(3)) : 0;
      return String.valueOf(Instant.now().getEpochSecond() + offset);
    }
    if (name.contains("*")) {
      String[] factors = name.split("\\*", 2);
      return factors[1].repeat(Integer.parseInt(factors[0]));
    }
    return switch (name) {
      case "issuer" -> issuer.issuer();
      case "ISSUER" -> issuer.issuer().toUpperCase(Locale.ROOT);
      case "realm" -> realm;
      case "members" -> Json.write(object).replaceAll("^\\{|\\}$", "");
      case "forger.jwk" -> Json.write(forger.key("ed").jwk());
      case "forger.jwks" -> forger.jwksUrl();
      case "forger.der" ->
          Base64.getEncoder().encodeToString(forger.key("rs").pair().getPublic().getEncoded());
      default -> throw new IllegalArgumentException("$" + name);
    };
  }

  private byte[] signature(String name, String signingInput) {
    byte[] right = good.key().sign(signingInput);
    return switch (name) {
      case "" -> right;
      case "none" -> new byte[0];
      case "zeros" -> new byte[64];
      case "first bit flipped" -> flipped(right, 0);
      case "last bit flipped" -> flipped(right, right.length - 1);
      case "one byte more" -> Arrays.copyOf(right, right.length + 1);
      case "one byte less" -> Arrays.copyOf(right, right.length - 1);
      case "of the good one" ->
          good.key()
              .sign(
                  SigningKey.base64url(bytes(Json.write(good.header())))
                      + '.'
                      + SigningKey.base64url(bytes(Json.write(good.claims()))));
      case "of the payload unencoded" ->
          good.key().sign(signingInput.split("\\.", 2)[0] + '.' + Json.write(good.claims()));
      case "ed, S plus the order" -> withOrderAdded(right);
      case "es, r is 0" -> halves(new byte[32], half(es(signingInput), 1));
      case "es, s is 0" -> halves(half(es(signingInput), 0), new byte[32]);
      case "es, r and s are the order" -> halves(unsigned(order()), unsigned(order()));
      case "es, s rewritten" -> rewritten(issuer.key("es"), es(signingInput));
      case "HMAC with the DER of rs" ->
          hmac(key("rs").pair().getPublic().getEncoded(), signingInput);
      case "HMAC with the PEM of rs" -> hmac(pem(key("rs")).getBytes(US_ASCII), signingInput);
      case "HMAC with the x of ed" -> hmac(key("ed").x(), signingInput);
      case "HMAC with the JWK of ed" ->
          hmac(Json.write(key("ed").jwk()).getBytes(UTF_8), signingInput);
      case "HMAC with the published secret" -> hmac(new byte[32], signingInput);
      default -> signedBy(name, signingInput);
    };
  }

  private byte[] signedBy(String name, String signingInput) {
    String[] words = name.split(" (?=\\S+$)", 2);
    return words.length == 2 && !words[0].equals("forger's")
        ? key(words[1]).sign(words[0], signingInput)
        : key(name).sign(signingInput);
  }

  private SigningKey key(String name) {
    SigningKey key =
        name.startsWith("forger's ") ? forger.key(name.substring(9)) : issuer.key(name);
    if (key == null) {
      throw new IllegalArgumentException("No key " + name);
    }
    return key;
  }

  private byte[] es(String signingInput) {
    return key("es").sign(signingInput);
  }

  private BigInteger order() {
    return order(key("es"));
  }

  private static BigInteger order(SigningKey key) {
    return ((ECKey) key.pair().getPublic()).getParams().getOrder();
  }

  /** The other signature of ES256 for the same bytes: s becomes n - s. */
  public static byte[] rewritten(SigningKey key, byte[] signature) {
    BigInteger s = new BigInteger(1, half(signature, 1));
    return halves(half(signature, 0), unsigned(order(key).subtract(s)));
  }

  /** The Ed25519 signature that a verifier takes which does not compare S with the order. */
  private static byte[] withOrderAdded(byte[] signature) {
    BigInteger s = new BigInteger(1, reversed(half(signature, 1)));
    return halves(half(signature, 0), reversed(unsigned(s.add(ED25519_ORDER))));
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] result = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      result[i] = bytes[bytes.length - 1 - i];
    }
    return result;
  }

  private static byte[] half(byte[] signature, int which) {
    return Arrays.copyOfRange(signature, which * 32, which * 32 + 32);
  }

  private static byte[] halves(byte[] first, byte[] second) {
    byte[] result = Arrays.copyOf(first, 64);
    System.arraycopy(second, 0, result, 32, 32);
    return result;
  }

  /** The 32 bytes of a number, the highest first. */
  private static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] result = new byte[32];
    int length = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - length, result, 32 - length, length);
    return result;
  }

  private static byte[] flipped(byte[] signature, int index) {
    byte[] copy = signature.clone();
    copy[index] ^= 1;
    return copy;
  }

  private static byte[] hmac(byte[] secret, String signingInput) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac.doFinal(signingInput.getBytes(US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(SigningKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(key.pair().getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  /** A part in another encoding than base64url without padding. */
  private static String encoding(String name, String part) {
    if (name == null) {
      return part;
    }
    String other =
        switch (name) {
          case "plain" -> part.replace('-', '+').replace('_', '/');
          case "cut" -> part.substring(0, part.length() - 1);
          case "spaced" -> part.substring(0, 9) + ' ' + part.substring(9);
          case "loose" ->
              part.substring(0, part.length() - 1) + next(part.charAt(part.length() - 1));
          default -> throw new IllegalArgumentException("~" + name);
        };
    if (other.equals(part)) {
      throw new IllegalArgumentException("Nothing to change for ~" + name + " in " + part);
    }
    return other;
  }

  /** The next character of the alphabet, which differs in a bit that a loose reader drops. */
  private static char next(char last) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return alphabet.charAt(alphabet.indexOf(last) + 1);
  }

  /** The good one, encrypted to the issuer's own key. */
  private String encrypted() {
    try {
      JWEObject jwe =
          new JWEObject(
              new JWEHeader.Builder(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A256GCM)
                  .keyID("rs")
                  .contentType("JWT")
                  .build(),
              new Payload(good.compact()));
      jwe.encrypt(new RSAEncrypter((RSAPublicKey) key("rs").pair().getPublic()));
      return jwe.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
