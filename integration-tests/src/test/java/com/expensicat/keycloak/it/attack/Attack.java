package com.expensicat.keycloak.it.attack;

import static com.expensicat.keycloak.it.support.oauth.ErrorAnswer.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.Cases;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * A row of {@code attacks.csv} at one set of addresses.
 *
 * @param source the section or the published weakness that it comes from
 * @param what it is, in words
 * @param kind the request that is changed; empty where the attack is a test of its own
 * @param change the change or the value, as its kind of request reads it
 * @param answer what must come back
 */
public record Attack(
    String id,
    String source,
    String what,
    String kind,
    String change,
    String answer,
    Addresses addresses) {

  /** What a table cannot hold. */
  private static final Map<String, String> CHARACTERS =
      Map.of(
          "CR", "\r",
          "LF", "\n",
          "NUL", "\0",
          "TAB", "\t",
          "SP", " ",
          "AMP", "&",
          "BOM", "\uFEFF",
          "DEEP", "[".repeat(50_000));

  /** The good request with the change of the row; see {@link Cases#change}. */
  public Parameters applyTo(Parameters good) {
    return applyTo(good, Map.of());
  }

  /**
   * The good request with the change of the row.
   *
   * @param values what a name in braces stands for, besides {@link #CHARACTERS}
   */
  public Parameters applyTo(Parameters good, Map<String, String> values) {
    return new Parameters(
        Cases.change(change).apply(good).list().stream()
            .map(
                parameter ->
                    new Parameters.Parameter(
                        parameter.name(), filled(filled(parameter.value(), values), CHARACTERS)))
            .toList());
  }

  /** The change as a text. */
  public String text() {
    return filled(change, CHARACTERS);
  }

  private static String filled(String text, Map<String, String> values) {
    String result = text;
    for (Map.Entry<String, String> value : values.entrySet()) {
      result = result.replace('{' + value.getKey() + '}', value.getValue());
    }
    return result;
  }

  /** A refusal as the row says it: a status and an error code. */
  public void assertRefused(Answer said) {
    String[] expected = answer.split(" ", 2);
    assertRefused(said, Integer.parseInt(expected[0]), expected[1]);
  }

  /**
   * A refusal. How errors are dressed is promised for the pack's addresses; at Keycloak's own it
   * counts that nothing is given.
   */
  public void assertRefused(Answer said, int status, String error) {
    assertNothingGiven(said);
    if (addresses == Addresses.PACK) {
      assertError(said, status, error);
    }
  }

  /** The tokens of an answer give nothing any more. */
  public void assertEnded(JsonNode tokens) {
    assertThat(ResourceServer.API.introspect(addresses, tokens.path("access_token").asText()))
        .isEqualTo(Json.object("{'active':false}"));
    assertRefused(DemoApp.refresh(addresses, tokens), 400, "invalid_grant");
  }

  /** Of token requests at one instant one wins at most, and what it got is ended by the others. */
  void assertOneWinsAtMostAndItsTokensEnd(List<Answer> answers) {
    List<Answer> winners = answers.stream().filter(answer -> answer.status() == 200).toList();
    assertThat(winners).hasSizeLessThanOrEqualTo(1);
    answers.stream()
        .filter(answer -> answer.status() != 200)
        .forEach(answer -> assertRefused(answer, 400, "invalid_grant"));
    winners.forEach(winner -> assertEnded(winner.json()));
  }

  /** The client's fault, and no token or code in the answer. */
  static void assertNothingGiven(Answer said) {
    assertThat(said.status()).as(said::summary).isBetween(400, 499);
    assertThat(said.location()).as(said::summary).isEmpty();
    assertThat(said.body())
        .doesNotContain(
            "\"access_token\":", "\"refresh_token\":", "\"id_token\":", "\"request_uri\":");
    assertNoHeaderAdded(said);
  }

  static void assertNoHeaderAdded(Answer said) {
    assertThat(said.headers().firstValue("X-Evil")).isEmpty();
  }

  @Override
  public String toString() {
    return id + " at " + addresses + ": " + what;
  }
}
