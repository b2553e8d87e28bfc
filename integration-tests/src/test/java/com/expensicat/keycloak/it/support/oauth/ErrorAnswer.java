package com.expensicat.keycloak.it.support.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Answer;

/** How an error looks at every address that answers applications (RFC 6749 5.2). */
public final class ErrorAnswer {

  private static final String GUIDE = "/api/auth/oauth2/";

  private ErrorAnswer() {}

  /**
   * JSON that nobody stores, with that error code and a description of permitted characters; at the
   * pack's addresses with the way to the guide.
   */
  public static void assertError(Answer answer, int status, String error) {
    assertThat(answer.status()).as(answer::summary).isEqualTo(status);
    assertThat(answer.header("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
    assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
    assertThat(answer.json().path("error").asText()).as(answer::summary).isEqualTo(error);
    assertThat(answer.json().path("error_description").asText())
        .matches("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]+");
    if (answer.uri().getPath().startsWith(GUIDE)) {
      assertThat(answer.json().path("error_uri").asText()).endsWith(GUIDE + "#error-" + error);
    }
  }
}
