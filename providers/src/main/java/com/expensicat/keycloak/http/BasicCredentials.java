package com.expensicat.keycloak.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.ws.rs.core.HttpHeaders;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The credentials by which a client authenticates in the {@code Authorization} header (RFC 7617 2,
 * RFC 6749 2.3.1).
 *
 * @param clientId the client's id, decoded
 * @param secret the client's secret, decoded
 */
public record BasicCredentials(String clientId, String secret) {

  private static final Pattern HEADER =
      Pattern.compile("basic(?: +(.*))?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /**
   * The credentials that the headers show; absent where they show none, or another scheme.
   *
   * @throws IllegalArgumentException if there is more than one {@code Authorization} header, or the
   *     credentials cannot be decoded, which the message says in the characters of RFC 6749 5.2
   */
  public static Optional<BasicCredentials> of(HttpHeaders headers) {
    return PresentedToken.authorization(headers).flatMap(BasicCredentials::read);
  }

  /** The same for the value of the header. */
  static Optional<BasicCredentials> read(String authorization) {
    Matcher header = HEADER.matcher(authorization);
    if (!header.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(decode(header.group(1) == null ? "" : header.group(1)));
    } catch (CharacterCodingException | IllegalArgumentException e) {
      // Java's own message repeats what was sent.
      throw new IllegalArgumentException("The Basic credentials cannot be decoded");
    }
  }

  private static BasicCredentials decode(String base64) throws CharacterCodingException {
    String pair =
        UTF_8.newDecoder().decode(ByteBuffer.wrap(Base64.getDecoder().decode(base64))).toString();
    int colon = pair.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("There is no colon");
    }
    return new BasicCredentials(
        decodePart(pair.substring(0, colon)), decodePart(pair.substring(colon + 1)));
  }

  /** RFC 6749 appendix B. */
  private static String decodePart(String part) {
    String decoded = URLDecoder.decode(part, UTF_8);
    if (decoded.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("There are control characters");
    }
    return decoded;
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "BasicCredentials[" + clientId + ']';
  }
}
