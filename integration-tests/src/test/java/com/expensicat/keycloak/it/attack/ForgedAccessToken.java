package com.expensicat.keycloak.it.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.SigningKey;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.stream.StreamSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A good access token that was made to say more than it did.
 *
 * @param attacker whose keys sign, and whose addresses a header may name
 */
record ForgedAccessToken(TestIssuer attacker, String good) {

  private static final String MORE = "transactions:read team:admin";

  /**
   * The token with another scope.
   *
   * @param change the members that go over those of the header, and after them what signs: {@code
   *     kept} and {@code none} for the old signature and no signature, {@code attacker} for the
   *     attacker's RSA key, or the secret of an HMAC ({@code PEM} and {@code DER} of the realm's
   *     key, {@code kid}, {@code zeros}, {@code empty})
   */
  String with(String change) {
    int end = change.lastIndexOf(' ');
    String[] parts = good.split("\\.", 3);
    ObjectNode header = decoded(parts[0]);
    PublicKey realmKey = realmKey(header.path("kid").asText());
    String kid = header.path("kid").asText();
    header.setAll(
        Json.object(
            change
                .substring(0, end)
                .replace("LISTENER", attacker.issuer())
                .replace("'ATTACKER'", Json.write(attacker.key("rs").jwk()))));
    String signingInput =
        SigningKey.base64url(Json.write(header).getBytes(US_ASCII))
            + '.'
            + SigningKey.base64url(
                Json.write(decoded(parts[1]).put("scope", MORE)).getBytes(US_ASCII));
    String signature =
        switch (change.substring(end + 1)) {
          case "kept" -> parts[2];
          case "none" -> "";
          case "attacker" -> SigningKey.base64url(attacker.key("rs").sign(signingInput));
          case "PEM" -> hmac(header, pem(realmKey).getBytes(US_ASCII), signingInput);
          case "DER" -> hmac(header, realmKey.getEncoded(), signingInput);
          case "kid" -> hmac(header, kid.getBytes(US_ASCII), signingInput);
          case "zeros", "empty" -> hmac(header, new byte[32], signingInput);
          default -> throw new IllegalArgumentException(change);
        };
    return signingInput + '.' + signature;
  }

  private static ObjectNode decoded(String part) {
    return (ObjectNode)
        Json.read(new String(Base64.getUrlDecoder().decode(part), US_ASCII)).orElseThrow();
  }

  private static String hmac(ObjectNode header, byte[] secret, String signingInput) {
    String algorithm = header.path("alg").asText().replace("HS", "HmacSHA");
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret, algorithm));
      return SigningKey.base64url(mac.doFinal(signingInput.getBytes(US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(PublicKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private static PublicKey realmKey(String kid) {
    KeycloakServer server = KeycloakServer.shared();
    JsonNode keys = TokenClient.anonymous().get(Addresses.PACK.jwks(server)).json().path("keys");
    String certificate =
        StreamSupport.stream(keys.spliterator(), false)
            .filter(key -> key.path("kid").asText().equals(kid))
            .map(key -> key.at("/x5c/0").asText())
            .findFirst()
            .orElseThrow();
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(certificate)))
          .getPublicKey();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
