package com.expensicat.keycloak.it.gateway;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.DPoPKey;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An API behind nginx, with the settings that the documentation shows. */
class NginxGatewayIT {

  private static final String PATH = "/api/v1/invoices/a%20b";
  private static final URI HTU = URI.create("https://api.example.com" + PATH);

  /** The browser application of the documentation. */
  private static final String ORIGIN = "https://app.example.com";

  /** What a client may send to be taken for somebody or something else. */
  private static final Parameters FORGED =
      Parameters.of(
          "X-Forwarded-Method", "GET",
          "X-Forwarded-Proto", "http",
          "X-Forwarded-Host", "evil.example",
          "X-Forwarded-Uri", "/elsewhere",
          "X-Forwarded-Port", "1",
          "X-Forwarded-Prefix", "/evil",
          "X-Forwarded-Trusted-Proxy", "true",
          "X-Auth-Request-User", "somebody",
          "X-Auth-Request-Org", "another");

  private static NginxGateway nginx;
  private static DPoPKey key;
  private static String bound;

  @BeforeAll
  static void start() {
    nginx = NginxGateway.start();
    key = DPoPKey.random();
    URI token = Addresses.PACK.token(KeycloakServer.shared());
    bound =
        token(TokenClient.anonymous().header("DPoP", key.proof("POST", token)), "invoices:read");
  }

  @AfterAll
  static void stop() {
    if (nginx != null) {
      nginx.close();
    }
  }

  private static String token(TokenClient client, String scope) {
    return authorizeAt(Addresses.PACK)
        .with("scope", scope)
        .tokens(new Browser(), BodyKind.FORM, client)
        .json()
        .path("access_token")
        .asText();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "DELETE", "PROPFIND"})
  void theApiIsToldWhoComesWithABoundToken(String method) {
    JsonNode headers =
        send(method, "?page=2", key.proof(method, HTU, bound), Parameters.of()).json();

    assertThat(headers.at("/X-auth-request-client/0").asText())
        .isEqualTo(AuthorizationFlow.DEMO_APP);
    assertThat(headers.at("/X-auth-request-scope/0").asText()).isEqualTo("invoices:read");
  }

  @Test
  void whatAClientForgesChangesNothing() {
    JsonNode headers = send("POST", "", key.proof("POST", HTU, bound), FORGED).json();

    assertThat(headers.at("/X-auth-request-client/0").asText())
        .isEqualTo(AuthorizationFlow.DEMO_APP);
    assertThat(headers.path("X-auth-request-user")).hasSize(1);
    assertThat(headers.toString()).doesNotContain("somebody", "another");
  }

  @Test
  void aProofForAnotherRequestIsRefused() {
    for (String proof :
        List.of(
            key.proof("GET", HTU, bound),
            key.proof("POST", URI.create("https://evil.example/elsewhere"), bound),
            key.proof("POST", URI.create("http://evil.example" + PATH), bound),
            key.proof("POST", URI.create("https://api.example.com/elsewhere"), bound),
            DPoPKey.random().proof("POST", HTU, bound))) {
      for (Parameters more : List.of(Parameters.of(), FORGED)) {
        Answer answer = send("POST", "", proof, more);
        assertThat(answer.status()).as(answer::summary).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate").orElseThrow())
            .startsWith("DPoP ")
            .contains("invalid_dpop_proof");
      }
    }
  }

  @Test
  void aProofIsGoodForOneRequest() {
    String proof = key.proof("POST", HTU, bound);

    assertThat(send("POST", "", proof, Parameters.of()).status()).isEqualTo(200);
    assertThat(send("POST", "", proof, Parameters.of()).status()).isEqualTo(401);
  }

  @Test
  void bearerTokensPassAsBefore() {
    String bearer = token(TokenClient.anonymous(), "invoices:read");
    String narrow = token(TokenClient.anonymous(), "transactions:read");

    assertThat(TokenClient.bearer(bearer).get(nginx.uri(PATH)).status()).isEqualTo(200);
    assertThat(TokenClient.bearer(narrow).get(nginx.uri(PATH)).status()).isEqualTo(403);
    assertThat(TokenClient.bearer(bound).get(nginx.uri(PATH)).status()).isEqualTo(401);
    assertThat(TokenClient.anonymous().get(nginx.uri(PATH)).status()).isEqualTo(401);
  }

  /** It comes without a token, and nothing of it reaches the API. */
  @Test
  void aBrowsersPreflightIsAnswered() {
    for (Parameters more : List.of(Parameters.of(), FORGED)) {
      Answer answer =
          new TokenClient(more)
              .header("Origin", ORIGIN)
              .header("Access-Control-Request-Method", "POST")
              .header("Access-Control-Request-Headers", "authorization")
              .send("OPTIONS", nginx.uri(PATH));

      assertThat(answer.status()).as(answer::summary).isEqualTo(204);
      assertThat(answer.header("Access-Control-Allow-Origin")).hasValue(ORIGIN);
      assertThat(answer.header("Access-Control-Allow-Methods").orElseThrow()).contains("POST");
      assertThat(answer.header("Access-Control-Allow-Headers").orElseThrow())
          .contains("Authorization");
      assertThat(answer.body()).isEmpty();
    }
  }

  @Test
  void aScriptIsToldOfARefusalToo() {
    String bearer = token(TokenClient.anonymous(), "invoices:read");
    String narrow = token(TokenClient.anonymous(), "transactions:read");

    for (String token : List.of(bearer, narrow, "garbage")) {
      Answer answer = TokenClient.bearer(token).header("Origin", ORIGIN).get(nginx.uri(PATH));

      assertThat(answer.headers().allValues("Access-Control-Allow-Origin")).containsExactly(ORIGIN);
      assertThat(answer.header("Access-Control-Expose-Headers")).hasValue("WWW-Authenticate");
      assertThat(answer.header("WWW-Authenticate").isPresent()).isEqualTo(answer.status() != 200);
    }
  }

  private static Answer send(String method, String query, String proof, Parameters more) {
    return new TokenClient(more.and("Authorization", "DPoP " + bound).and("DPoP", proof))
        .send(method, nginx.uri(PATH + query));
  }
}
