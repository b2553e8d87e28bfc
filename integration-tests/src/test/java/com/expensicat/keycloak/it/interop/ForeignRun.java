package com.expensicat.keycloak.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.Events;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.TestInfo;

/**
 * What is done with each OAuth client of others at a server: a person signs in and consents, the
 * API is called, the client is ended and started again and refreshes, and revokes, after which
 * nothing is given any more. What came of it is asked of the server too: its events, introspection
 * by the API, and its gateway.
 */
final class ForeignRun implements AutoCloseable {

  private static final List<String> EVENTS =
      List.of("LOGIN", "CODE_TO_TOKEN", "REFRESH_TOKEN", "REVOKE_GRANT", "REFRESH_TOKEN_ERROR");

  /** The scope that the gateway asks for; each client must have asked for it too. */
  static final String CALLED = "transactions:read";

  private final KeycloakServer server;
  private final Events events;

  /** What one run showed. */
  record Run(String clientId, JsonNode introspection) {}

  /** Has the server keep the events that are looked at. */
  ForeignRun(KeycloakServer server) {
    this.server = server;
    this.events = Events.keeping(server.admin(), EVENTS);
  }

  /** The name of a test as the table has it. */
  static String name(TestInfo test) {
    return test.getTestClass().orElseThrow().getSimpleName()
        + '#'
        + test.getTestMethod().orElseThrow().getName();
  }

  /**
   * The whole run, which closes the client and writes its line of the table.
   *
   * @param scopes what the person has granted after it
   */
  Run of(ForeignClient client, ClientTable.Notes notes, TestInfo test, Collection<String> scopes)
      throws InterruptedException {
    try (client;
        NewPerson person = NewPerson.join(server, ForeignRun::withEmail)) {
      ForeignClient.Login login = client.logIn(person.person());
      assertThat(login.subject()).isEqualTo(person.id());
      JsonNode introspection = assertGood(login, login.accessToken(), person.id(), scopes);

      client.restart();
      String refreshed = client.refresh().orElseThrow();
      assertThat(refreshed).isNotEqualTo(login.accessToken());
      assertGood(login, refreshed, person.id(), scopes);

      client.revoke();
      for (String accessToken : List.of(login.accessToken(), refreshed)) {
        assertThat(introspect(accessToken)).isEqualTo(Json.object("{'active':false}"));
        assertThat(Gateway.check(server, accessToken, CALLED).status()).isEqualTo(401);
      }
      assertThat(client.refresh()).isEmpty();

      events.awaitTypesOf(login.clientId(), EVENTS);
      ClientTable.finished(notes, client.version(), name(test));
      return new Run(login.clientId(), introspection);
    }
  }

  private static void withEmail(ObjectNode user) {
    user.put("email", UUID.randomUUID() + "@expensicat.test").put("emailVerified", true);
  }

  /** What the API is told about a token that holds what the person granted. */
  private JsonNode assertGood(
      ForeignClient.Login login, String accessToken, String subject, Collection<String> scopes) {
    JsonNode introspection = introspect(accessToken);
    assertThat(introspection.path("active").asBoolean()).as(introspection::toString).isTrue();
    assertThat(introspection.path("client_id").asText()).isEqualTo(login.clientId());
    assertThat(introspection.path("sub").asText()).isEqualTo(subject);
    assertThat(introspection.path("scope").asText().split(" "))
        .containsExactlyInAnyOrderElementsOf(scopes);
    if (!introspection.has("cnf")) {
      Answer call = Gateway.check(server, accessToken, CALLED);
      assertThat(call.status()).as(call::summary).isEqualTo(200);
      assertThat(Gateway.said(call, "User")).isEqualTo(subject);
    }
    return introspection;
  }

  private JsonNode introspect(String accessToken) {
    return ResourceServer.API.introspect(server, Addresses.PACK, accessToken);
  }

  /** Has the server keep the events that it kept before. */
  @Override
  public void close() {
    events.close();
  }
}
