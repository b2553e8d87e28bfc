package com.expensicat.keycloak.it.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.Events;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Userinfo for the holder of a session JWT (OpenID Connect Core 5.3). */
class SessionUserInfoIT {

  /** A web origin that {@code expensicat-web} has registered. */
  private static final String ORIGIN = "http://localhost:3000";

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static TestIssuer issuer;
  private static Events events;

  @BeforeAll
  static void trustAnIssuer() {
    SERVER.admin().forgetSignOuts();
    events = Events.ofRefusals(SERVER.admin());
    issuer = TestIssuer.trusted(SERVER, "userinfo", Map.of());
  }

  @AfterAll
  static void removeIt() {
    issuer.close();
    events.close();
  }

  @ParameterizedTest
  @CsvSource({"PACK,GET", "PACK,POST", "KEYCLOAK,GET", "KEYCLOAK,POST"})
  void userinfoTellsWhoThePersonIs(Addresses addresses, String method) {
    SessionJwt jwt = issuer.session();

    Answer answer = TokenClient.bearer(jwt.compact()).send(method, addresses.userinfo(SERVER));

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(answer.header("Cache-Control"))
        .hasValueSatisfying(value -> assertThat(value).contains("no-store"));
    JsonNode said = answer.json();
    assertThat(names(said)).containsExactlyInAnyOrder("sub", "name", "email", "email_verified");
    assertThat(said.path("sub").asText()).isEqualTo(issuer.user(jwt).path("id").asText());
    assertThat(said.path("name").asText()).isEqualTo(TestIssuer.NAME);
    assertThat(said.path("email").asText()).isEqualTo(TestIssuer.email(jwt.subject()));
    assertThat(said.path("email_verified").isBoolean()).isTrue();
    assertThat(said.path("email_verified").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void anEmailThatThePersonHasNotConfirmedIsNotVerified(Addresses addresses) {
    SessionJwt jwt = issuer.session(TestIssuer.newSubject()).claim("emailVerified", false);

    JsonNode said = TokenClient.bearer(jwt.compact()).get(addresses.userinfo(SERVER)).json();

    assertThat(said.path("email").asText()).isEqualTo(TestIssuer.email(jwt.subject()));
    assertThat(said.path("email_verified").asBoolean(true)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void anEmailThatBelongsToAnotherUserIsNotTold(Addresses addresses) {
    SessionJwt jwt = issuer.session(TestIssuer.newSubject()).claim("email", "demo@expensicat.test");

    Answer answer = TokenClient.bearer(jwt.compact()).get(addresses.userinfo(SERVER));

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(answer.body()).doesNotContain("demo@expensicat.test");
    assertThat(answer.json().path("sub").asText())
        .isNotEqualTo(SERVER.admin().user("demo").path("id").asText());
  }

  /** A browser application has to see why it is refused; of whom the token is, nobody knows. */
  @ParameterizedTest
  @EnumSource
  void whatIsNobodysTokenIsRefusedToEveryOrigin(Addresses addresses) {
    for (String token : List.of("junk", "a.b.c", "e30.e30.e30", "eyJhbGciOiJSUzI1NiJ9.e30.AA")) {
      Answer answer =
          TokenClient.bearer(token).header("Origin", ORIGIN).get(addresses.userinfo(SERVER));

      assertThat(answer.status()).as(answer::summary).isEqualTo(401);
      assertThat(answer.header("WWW-Authenticate").orElseThrow()).contains("invalid_token");
      assertThat(answer.header("Access-Control-Allow-Origin")).hasValue(ORIGIN);
      assertThat(answer.headers().allValues("Access-Control-Allow-Origin")).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noOtherOriginMayReadIt(Addresses addresses) {
    SessionJwt jwt = issuer.session();

    for (SessionJwt shown : List.of(jwt, jwt.claim("exp", jwt.issuedAt() - 60))) {
      Answer answer =
          TokenClient.bearer(shown.compact())
              .header("Origin", ORIGIN)
              .get(addresses.userinfo(SERVER));

      assertThat(answer.header("Access-Control-Allow-Origin")).as(answer::summary).isEmpty();
      assertThat(answer.header("Access-Control-Allow-Credentials")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSessionThatIsNotGoodIsRefusedAndTheEventSaysWhy(Addresses addresses)
      throws InterruptedException {
    SessionJwt jwt = issuer.session();
    Events.Watch refusals = events.watch(Events.USERINFO_REFUSED);

    Answer answer =
        TokenClient.bearer(jwt.claim("aud", "https://api.example").compact())
            .get(addresses.userinfo(SERVER));

    assertInvalidToken(answer);
    assertThat(refusals.event().path("error").asText()).isEqualTo("invalid_token");
    assertThat(refusals.reason()).isEqualTo("audience_mismatch");
  }

  @ParameterizedTest
  @EnumSource
  void onlyOneAuthorizationHeaderCounts(Addresses addresses) {
    String jwt = issuer.session().compact();
    URI address = addresses.userinfo(SERVER);

    Answer twice = TokenClient.bearer(jwt).header("Authorization", "Bearer " + jwt).get(address);
    Answer inQuery = TokenClient.anonymous().get(URI.create(address + "?access_token=" + jwt));
    Answer asAnotherScheme =
        TokenClient.anonymous().header("Authorization", "DPoP " + jwt).get(address);

    assertInvalidToken(twice);
    assertThat(inQuery.status()).as(inQuery::summary).isEqualTo(401);
    assertThat(asAnotherScheme.status()).as(asAnotherScheme::summary).isIn(400, 401);
  }

  private static void assertInvalidToken(Answer answer) {
    assertThat(answer.status()).as(answer::summary).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate"))
        .hasValueSatisfying(
            challenge ->
                assertThat(challenge).startsWith("Bearer").contains("error=\"invalid_token\""));
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
