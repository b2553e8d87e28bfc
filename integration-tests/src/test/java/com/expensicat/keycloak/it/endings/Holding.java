package com.expensicat.keycloak.it.endings;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.Gateway;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.SessionExchange;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * All that one person holds at a cluster: the grant of an application, another one from the same
 * browser, a session JWT of an issuer, and what was exchanged for that. Closing it takes person,
 * application and issuer away.
 */
final class Holding implements AutoCloseable {

  static final String SCOPE = "transactions:read";
  static final String OTHER_SCOPE = "invoices:read";
  static final String CALLBACK = AuthorizationFlow.CALLBACK;

  /** What may end. */
  enum Thing {
    REFRESH_TOKEN("refresh token"),
    ACCESS_TOKEN("access token"),
    OTHER_GRANT("the person's other grants to the application"),
    SESSION_JWT("session JWT"),
    EXCHANGED_TOKEN("token that was exchanged for it");

    private final String words;

    Thing(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  final KeycloakServer home;
  final NewPerson person;
  final String clientId = "app-" + UUID.randomUUID();
  final TestIssuer issuer;
  final Browser browser;
  final String subject = TestIssuer.newSubject();
  String code;
  AuthorizationFlow flow;
  JsonNode grant;
  JsonNode other;
  final String sessionJwt;
  final String exchanged;
  private final AdminApi admin;
  private final String client;

  private Holding(KeycloakServer home) {
    this.home = home;
    admin = home.admin();
    client = admin.create("/clients", application());
    person = NewPerson.join(home);
    issuer = TestIssuer.trusted(home, clientId, Map.of("exchangeClients", "expensicat-web"));
    admin.post(
        person.path() + "/federated-identity/" + issuer.alias(),
        Map.of("identityProvider", issuer.alias(), "userId", subject, "userName", subject));
    browser = new Browser(home);
    AuthorizationFlow another = newFlow();
    other = tokens(another.tokenRequest(another.callback(browser).get("code")));
    renew();
    sessionJwt = issuer.session(subject).compact();
    Answer exchange =
        SessionExchange.WEB.send(
            home, Addresses.PACK, SessionExchange.request(sessionJwt, "openid " + SCOPE));
    exchanged = exchange.json().path("access_token").asText();
    assertThat(exchanged).as(exchange::summary).isNotEmpty();
  }

  /** Has the person give a new grant, after a sign-in where it takes one. */
  void renew() {
    authorize();
    grant = tokens(flow.tokenRequest(code));
  }

  /** Has the person give a new grant whose code nobody has redeemed. */
  void authorize() {
    flow = newFlow();
    code = flow.callback(browser).get("code");
  }

  /** Everything, got at one node. */
  static Holding at(KeycloakServer home) {
    return new Holding(home);
  }

  private ObjectNode application() {
    ObjectNode application =
        Json.object(
            "{'publicClient':true,'standardFlowEnabled':true,'redirectUris':['" + CALLBACK + "']}");
    return application.put("clientId", clientId);
  }

  AuthorizationFlow newFlow() {
    return AuthorizationFlow.authorizeAt(Addresses.PACK, home)
        .as(person.person())
        .with("client_id", clientId)
        .scope(List.of("openid", SCOPE, OTHER_SCOPE));
  }

  private JsonNode tokens(Parameters request) {
    Answer answer = TokenClient.anonymous().post(Addresses.PACK.token(home), request);
    assertThat(answer.status()).as(answer::summary).isEqualTo(200);
    return answer.json();
  }

  String clientPath() {
    return "/clients/" + client;
  }

  String accessToken() {
    return grant.path("access_token").asText();
  }

  String refreshToken() {
    return grant.path("refresh_token").asText();
  }

  Parameters refreshRequest(JsonNode tokens) {
    return Parameters.of(
        "grant_type",
        "refresh_token",
        "client_id",
        clientId,
        "refresh_token",
        tokens.path("refresh_token").asText());
  }

  Answer refresh(KeycloakServer node, JsonNode tokens) {
    return TokenClient.anonymous().post(Addresses.PACK.token(node), refreshRequest(tokens));
  }

  /** Where a thing still counts at a node: empty where nowhere. A refresh token is used there. */
  Optional<String> whereItCounts(KeycloakServer node, Thing thing) {
    return switch (thing) {
      case REFRESH_TOKEN -> whereARefreshCounts(node, grant, next -> grant = next);
      case OTHER_GRANT -> whereARefreshCounts(node, other, next -> other = next);
      case ACCESS_TOKEN -> whereItIsTaken(node, accessToken());
      case SESSION_JWT -> whereItIsTaken(node, sessionJwt);
      case EXCHANGED_TOKEN -> whereItIsTaken(node, exchanged);
    };
  }

  /** Everywhere an access token or session JWT is taken: the first place that takes it. */
  static Optional<String> whereItIsTaken(KeycloakServer node, String token) {
    Answer check = Gateway.check(node, token, SCOPE);
    if (check.status() != 401) {
      return Optional.of("check: " + check.summary());
    }
    for (Addresses addresses : Addresses.values()) {
      if (ResourceServer.API.introspect(node, addresses, token).path("active").asBoolean()) {
        return Optional.of("introspection at " + addresses);
      }
      Answer userinfo = TokenClient.bearer(token).get(addresses.userinfo(node));
      if (userinfo.status() != 401) {
        return Optional.of("userinfo: " + userinfo.summary());
      }
    }
    return Optional.empty();
  }

  /** A refresh that is refused must say so, and not that the server has a fault. */
  Optional<String> whereARefreshCounts(KeycloakServer node, JsonNode tokens) {
    return whereARefreshCounts(node, tokens, next -> {});
  }

  private Optional<String> whereARefreshCounts(
      KeycloakServer node, JsonNode tokens, Consumer<JsonNode> refreshed) {
    for (Addresses addresses : Addresses.values()) {
      Answer answer = TokenClient.anonymous().post(addresses.token(node), refreshRequest(tokens));
      if (answer.status() == 200) {
        refreshed.accept(answer.json());
        Optional<String> taken = whereItIsTaken(node, answer.json().path("access_token").asText());
        return Optional.of("refresh" + taken.map(where -> ", " + where).orElse(""));
      }
      String error = answer.json().path("error").asText();
      if (!List.of("invalid_grant", "invalid_client").contains(error) || answer.status() >= 500) {
        return Optional.of("refresh: " + answer.summary());
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    issuer.close();
    if (admin.send("GET", person.path(), null).status() == 200) {
      person.close();
    }
    admin.send("DELETE", clientPath(), null);
  }
}
