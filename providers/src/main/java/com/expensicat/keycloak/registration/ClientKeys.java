package com.expensicat.keycloak.registration;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.keycloak.jose.jwk.JWKParser;

/** The keys that a client brings along for its authentication (RFC 7591 2, RFC 7517). */
final class ClientKeys {

  private static final int MOST_KEYS = 5;
  private static final int LONGEST_SET = 8 * 1024;
  private static final int SHORTEST_RSA_BITS = 2048;

  private ClientKeys() {}

  /** What is wrong with a key set. */
  static Optional<String> flaw(JsonNode set) {
    JsonNode keys = set.path("keys");
    if (keys.isEmpty() || keys.size() > MOST_KEYS || set.toString().length() > LONGEST_SET) {
      return Optional.of(
          "takes one to " + MOST_KEYS + " keys, " + LONGEST_SET + " characters altogether");
    }
    return StreamSupport.stream(keys.spliterator(), false).allMatch(ClientKeys::isPublic)
        ? Optional.empty()
        : Optional.of("has a key that is not a public one, or is of no known kind, or is weak");
  }

  private static boolean isPublic(JsonNode jwk) {
    if (Stream.of("d", "p", "q", "k").anyMatch(jwk::has)) {
      return false;
    }
    try {
      JWKParser parser = JWKParser.create().parse(jwk.toString());
      if (!parser.isKeyTypeSupported(parser.getJwk().getKeyType())) {
        return false;
      }
      PublicKey key = parser.toPublicKey();
      return !(key instanceof RSAPublicKey rsa)
          || rsa.getModulus().bitLength() >= SHORTEST_RSA_BITS;
    } catch (RuntimeException e) {
      return false;
    }
  }
}
