package com.expensicat.keycloak.it.endpoint;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.Events;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How many errors of a day the realm keeps; all of them are in the log. */
class EventBoundIT {

  private static final int FEW = 3;
  private static final int MANY = 8;

  private final KeycloakServer server = KeycloakServer.shared();
  private final AdminApi admin = server.admin();

  @ParameterizedTest
  @EnumSource
  void aStrangersBadRequestsAreRowsOnlyUpToTheBound(Addresses addresses) throws Throwable {
    String marker = UUID.randomUUID().toString();
    bounded(
        "0",
        () -> {
          badRequests(addresses, marker);
          assertThat(rowsOf(marker)).isEmpty();
          for (String type : List.of("LOGIN_ERROR", "CODE_TO_TOKEN_ERROR", "REVOKE_GRANT_ERROR")) {
            assertThat(linesOf(type, marker)).as(type).hasSize(MANY);
          }
        });
    bounded(
        "100000000",
        () -> {
          badRequests(addresses, marker);
          assertThat(rowsOf(marker)).hasSize(3 * MANY);
        });
  }

  @ParameterizedTest
  @EnumSource
  void anAttackOnOnePersonIsKeptUpToTheBoundAndHidesNoOther(Addresses addresses) throws Throwable {
    try (NewPerson attacked = NewPerson.join();
        NewPerson other = NewPerson.join()) {
      bounded(
          String.valueOf(FEW),
          () -> {
            for (int i = 0; i < FEW + 2; i++) {
              failToSignIn(addresses, attacked);
            }
            failToSignIn(addresses, other);
          });

      assertThat(failuresOf(attacked)).hasSize(FEW);
      assertThat(failuresOf(other)).hasSize(1);
      assertThat(linesOf("LOGIN_ERROR", attacked.id())).hasSize(FEW + 2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStolenCodeIsAnErrorOfItsPerson(Addresses addresses) throws Throwable {
    try (NewPerson person = NewPerson.join()) {
      AuthorizationFlow flow =
          authorizeAt(addresses).as(person.person()).with("scope", "transactions:read");
      String code = flow.callback(new Browser()).get("code");
      for (int i = 0; i < 2; i++) {
        TokenClient.anonymous().post(addresses.token(server), flow.tokenRequest(code));
      }

      assertThat(rows("/events?max=10&type=CODE_TO_TOKEN_ERROR&user=" + person.id())).hasSize(1);
    }
  }

  private void bounded(String bound, Executable test) throws Throwable {
    admin.withRealmChange(realm -> Events.bound(realm, bound), test);
  }

  /** Eight of each kind, by a client that is not there. */
  private void badRequests(Addresses addresses, String client) {
    for (int i = 0; i < MANY; i++) {
      new Browser()
          .open(
              URI.create(addresses.authorize(server) + "?response_type=code&client_id=" + client));
      TokenClient.anonymous()
          .post(
              addresses.token(server),
              Parameters.of("grant_type", "authorization_code", "code", "x", "client_id", client));
      TokenClient.anonymous()
          .post(addresses.revoke(server), Parameters.of("token", "x", "client_id", client));
    }
  }

  private void failToSignIn(Addresses addresses, NewPerson person) {
    Browser browser = new Browser();
    Answer login = authorizeAt(addresses).start(browser);
    browser.signIn(login, new Person(person.person().username(), "wrong"));
  }

  private List<JsonNode> failuresOf(NewPerson person) {
    return rows("/events?max=100&type=LOGIN_ERROR&user=" + person.id());
  }

  private List<JsonNode> rowsOf(String client) {
    return rows("/events?max=100&client=" + client);
  }

  private List<JsonNode> rows(String query) {
    return StreamSupport.stream(admin.get(query).spliterator(), false).toList();
  }

  private Stream<String> linesOf(String type, String marker) {
    return server.log().lines().filter(line -> line.contains(type) && line.contains(marker));
  }
}
