package com.expensicat.keycloak.pkce;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;
import org.keycloak.OAuth2Constants;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.protocol.oidc.utils.PkceUtils;

/**
 * The rule of RFC 7636 with S256 as the one method: what a code challenge must look like, and when
 * a code verifier fits it.
 */
public final class S256 {

  /** Base64url of a SHA-256 without padding, RFC 7636 4.2: 43 characters. */
  private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");

  /** RFC 7636 4.1. */
  private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

  private S256() {}

  /**
   * What is wrong with the challenge of an authorization request.
   *
   * @return a description for the client, or empty if the challenge is a good one
   */
  public static Optional<String> flawOfChallenge(String codeChallenge, String codeChallengeMethod) {
    if (codeChallenge == null || codeChallenge.isEmpty()) {
      return Optional.of("Missing parameter: " + OIDCLoginProtocol.CODE_CHALLENGE_PARAM);
    }
    if (codeChallengeMethod == null || codeChallengeMethod.isEmpty()) {
      return Optional.of("Missing parameter: " + OIDCLoginProtocol.CODE_CHALLENGE_METHOD_PARAM);
    }
    if (!OAuth2Constants.PKCE_METHOD_S256.equals(codeChallengeMethod)) {
      return Optional.of(
          "Invalid parameter: " + OIDCLoginProtocol.CODE_CHALLENGE_METHOD_PARAM + " must be S256");
    }
    if (!CHALLENGE.matcher(codeChallenge).matches()) {
      return Optional.of(
          "Invalid parameter: "
              + OIDCLoginProtocol.CODE_CHALLENGE_PARAM
              + " must be 43 characters of base64url");
    }
    return Optional.empty();
  }

  /**
   * What is wrong with the verifier of a token request, given the challenge that came with the
   * code. The comparison takes the same time wherever the two differ.
   *
   * @return a description for the client, or empty if the verifier fits
   */
  public static Optional<String> flawOfVerifier(
      String codeVerifier, String codeChallenge, String codeChallengeMethod) {
    if (flawOfChallenge(codeChallenge, codeChallengeMethod).isPresent()) {
      return Optional.of("The code was issued without a code challenge of method S256");
    }
    if (codeVerifier == null || codeVerifier.isEmpty()) {
      return Optional.of("Missing parameter: " + OAuth2Constants.CODE_VERIFIER);
    }
    if (!VERIFIER.matcher(codeVerifier).matches()) {
      return Optional.of("Invalid parameter: " + OAuth2Constants.CODE_VERIFIER);
    }
    byte[] computed =
        PkceUtils.generateS256CodeChallenge(codeVerifier).getBytes(StandardCharsets.US_ASCII);
    return MessageDigest.isEqual(computed, codeChallenge.getBytes(StandardCharsets.US_ASCII))
        ? Optional.empty()
        : Optional.of("The code verifier does not fit the code challenge");
  }
}
