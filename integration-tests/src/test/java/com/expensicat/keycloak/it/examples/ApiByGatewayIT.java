package com.expensicat.keycloak.it.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The example API behind nginx, which asks {@code check} about each request. */
@Tag("interop")
class ApiByGatewayIT extends ExampleApiContract {

  @Override
  ExampleApi startApi(TestIssuer trusted) throws InterruptedException {
    return ExampleApi.byGateway();
  }

  @Test
  void aTokenThatWasRevokedIsRefusedAtOnce() {
    JsonNode tokens = tokens("transactions:read");
    TokenClient client = TokenClient.bearer(tokens.path("access_token").asText());
    assertThat(transactions(client).status()).isEqualTo(200);

    DemoApp.revoke(Addresses.PACK, tokens.path("refresh_token").asText());

    assertInvalidToken(transactions(client));
  }

  @Test
  void aClientCannotSayWhoItIs() {
    TokenClient forger =
        TokenClient.anonymous()
            .header("X-Auth-Request-User", "somebody")
            .header("X-Auth-Request-Org", "cats")
            .header("X-Auth-Request-Scope", "transactions:read invoices:read");
    assertThat(transactions(forger).status()).isEqualTo(401);

    TokenClient narrow = forger.header("Authorization", "Bearer " + accessToken("invoices:read"));
    assertThat(transactions(narrow).status()).isEqualTo(403);
  }
}
