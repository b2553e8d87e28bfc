package com.expensicat.keycloak.pkce;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S256Test {

  /** RFC 7636, Appendix B. */
  private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  @Test
  void theExampleOfTheRfcFits() {
    assertThat(S256.flawOfChallenge(CHALLENGE, "S256")).isEmpty();
    assertThat(S256.flawOfVerifier(VERIFIER, CHALLENGE, "S256")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "null, S256, code_challenge",
        "'', S256, code_challenge",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM, null, code_challenge_method",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM, '', code_challenge_method",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM, plain, code_challenge_method",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM, s256, code_challenge_method",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM, 'S256 ', code_challenge_method",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMM, S256, code_challenge",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c, S256, code_challenge",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM, S256, code_challenge",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw~cM, S256, code_challenge"
      })
  void aChallengeThatNoSha256CanHaveMadeIsRefused(
      String codeChallenge, String codeChallengeMethod, String named) {
    assertThat(S256.flawOfChallenge(codeChallenge, codeChallengeMethod))
        .hasValueSatisfying(flaw -> assertThat(flaw).contains(named));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "tooshort",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX!",
        ""
      })
  void anotherVerifierIsRefused(String codeVerifier) {
    assertThat(S256.flawOfVerifier(codeVerifier, CHALLENGE, "S256")).isPresent();
  }

  @Test
  void aVerifierOfMoreThan128CharactersIsRefused() {
    assertThat(S256.flawOfVerifier("a".repeat(129), CHALLENGE, "S256")).isPresent();
  }

  @Test
  void aCodeWithoutAnS256ChallengeIsNeverRedeemed() {
    assertThat(S256.flawOfVerifier(VERIFIER, VERIFIER, "plain")).isPresent();
    assertThat(S256.flawOfVerifier(VERIFIER, VERIFIER, null)).isPresent();
    assertThat(S256.flawOfVerifier(null, null, null)).isPresent();
  }
}
