package com.expensicat.keycloak.it.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.Events;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.SessionJwt;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What introspection says of a session JWT, and to whom (RFC 7662). */
class SessionIntrospectionIT {

  private static final JsonNode INACTIVE = Json.object("{'active':false}");
  private static final ResourceServer WEB =
      new ResourceServer(TokenClient.basic("expensicat-web", "expensicat-web-dev-secret"));

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static TestIssuer issuer;
  private static Events events;

  @BeforeAll
  static void trustAnIssuer() {
    SERVER.admin().forgetSignOuts();
    events = Events.ofRefusals(SERVER.admin());
    issuer = TestIssuer.trusted(SERVER, "introspected", Map.of());
  }

  @AfterAll
  static void removeIt() {
    issuer.close();
    events.close();
  }

  @ParameterizedTest
  @CsvSource({
    "PACK,",
    "PACK,access_token",
    "PACK,refresh_token",
    "PACK,jwt",
    "PACK,whatever",
    "KEYCLOAK,",
    "KEYCLOAK,access_token",
    "KEYCLOAK,refresh_token",
    "KEYCLOAK,jwt",
    "KEYCLOAK,whatever"
  })
  void introspectionTellsOfASessionWhateverTheHint(Addresses addresses, String hint) {
    SessionJwt jwt = issuer.session();
    Parameters request = Parameters.of("token", jwt.compact());

    Answer answer =
        ResourceServer.API
            .client()
            .post(
                addresses.introspect(SERVER),
                hint == null ? request : request.with("token_type_hint", hint));

    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    assertThat(answer.header("Cache-Control")).hasValue("no-store");
    assertThat(answer.header("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
    JsonNode said = answer.json();
    assertThat(said.path("active").asBoolean()).as(answer::summary).isTrue();
    JsonNode user = issuer.user(jwt);
    assertThat(said.path("sub").asText()).isEqualTo(user.path("id").asText());
    assertThat(said.path("username").asText()).isEqualTo(user.path("username").asText());
    assertThat(said.path("scope").asText().split(" ", -1))
        .containsExactlyInAnyOrderElementsOf(ScopeTable.SCOPES);
    assertThat(said.path("iss").asText()).isEqualTo(SERVER.realmUrl());
    assertThat(said.path("session_iss").asText()).isEqualTo(issuer.issuer());
    assertThat(said.path("exp").asLong()).isEqualTo(jwt.claims().path("exp").asLong());
    assertThat(said.path("iat").asLong()).isEqualTo(jwt.issuedAt());
    assertThat(said.path("aud").toString()).contains("expensicat-api");
    assertThat(said.path("token_use").asText()).isEqualTo("session");
    assertThat(said.path("expensicat_sub").asText()).isEqualTo(jwt.subject());
    assertThat(said.has("client_id")).isFalse();
  }

  @Test
  void theOrganisationIsCarriedOn() {
    SessionJwt jwt = issuer.session();

    assertThat(introspected(jwt.claim("org", "org_42")).path("org").asText()).isEqualTo("org_42");
    assertThat(introspected(jwt).path("org").asText()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "transactions:read,transactions:read",
    "transactions:read team:admin,transactions:read team:admin",
    "transactions:read transactions:read,transactions:read",
    "openid profile transactions:read,transactions:read",
    "transactions:read unknown:read,transactions:read",
    "transactions:write,transactions:write",
    "TRANSACTIONS:READ,''",
    "'transactions:read,team:admin',''",
    "unknown:read,''",
    "' ',''",
    "'',''"
  })
  void theScopeClaimOfATokenCutsWhatItStandsFor(String claim, String scope) {
    JsonNode said = introspected(issuer.session().claim("scope", claim));

    assertThat(said.path("active").asBoolean()).as(said.toString()).isTrue();
    assertThat(words(said)).containsExactlyInAnyOrderElementsOf(words(scope));
  }

  @Test
  void theScopesOfTheIssuerCutIt() {
    try (TestIssuer narrow =
        TestIssuer.trusted(
            SERVER, "introspected-narrow", Map.of("scopes", "team:read, transactions:read"))) {
      assertThat(words(introspected(narrow.session())))
          .containsExactlyInAnyOrder("transactions:read", "team:read");
      assertThat(words(introspected(narrow.session().claim("scope", "team:read team:admin"))))
          .containsExactly("team:read");
      assertThat(words(introspected(narrow.session().claim("scope", "team:admin")))).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCallerThatTheIssuerDoesNotNameLearnsNothing(Addresses addresses)
      throws InterruptedException {
    String jwt = issuer.session().compact();
    Events.Watch refusals = events.watch(Events.INTROSPECTION_REFUSED);

    assertThat(WEB.introspect(addresses, jwt)).isEqualTo(INACTIVE);
    assertThat(refusals.reason()).isEqualTo("client_not_allowed");
  }

  @ParameterizedTest
  @EnumSource
  void theIssuerSaysWhoMayAsk(Addresses addresses) {
    try (TestIssuer other =
        TestIssuer.trusted(
            SERVER,
            "introspected-elsewhere",
            Map.of(
                "introspectionClients", "expensicat-web", "exchangeClients", "expensicat-api"))) {
      String jwt = other.session().compact();

      assertThat(WEB.introspect(addresses, jwt).path("active").asBoolean()).isTrue();
      assertThat(ResourceServer.API.introspect(addresses, jwt)).isEqualTo(INACTIVE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCallerThatIsNotNamedLearnsNothingFromASignedAnswerEither(Addresses addresses) {
    SessionJwt jwt = issuer.session();

    for (String accept : List.of("application/jwt", "application/token-introspection+jwt")) {
      Answer answer =
          WEB.client()
              .header("Accept", accept)
              .post(addresses.introspect(SERVER), Parameters.of("token", jwt.compact()));

      assertThat(answer.status()).as(answer::summary).isLessThan(500);
      assertThat(answer.body().replaceAll("\\s", "")).isEqualTo("{\"active\":false}");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPersonIsOneUserHoweverOftenTheyCome(Addresses addresses) {
    String first =
        ResourceServer.API.introspect(addresses, issuer.session().compact()).path("sub").asText();
    SessionJwt later = issuer.session().signedBy(issuer.key("rs")).claim("name", "Another Name");

    assertThat(ResourceServer.API.introspect(addresses, later.compact()).path("sub").asText())
        .isEqualTo(first);
  }

  private static List<String> words(JsonNode said) {
    return words(said.path("scope").asText());
  }

  private static List<String> words(String scope) {
    return scope.isEmpty() ? List.of() : List.of(scope.split(" ", -1));
  }

  private static JsonNode introspected(SessionJwt jwt) {
    return ResourceServer.API.introspect(Addresses.PACK, jwt.compact());
  }
}
