package com.expensicat.keycloak.it;

import static com.expensicat.keycloak.it.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

/** Where people see which applications have access, and take it back. */
class AccountConsoleIT {

  private static final KeycloakServer SERVER = KeycloakServer.shared();
  private static final String ACCOUNT = SERVER.realmUrl() + "/account/";

  @Test
  void aPersonSeesAnApplicationThatHasAccessAndTakesItBack() {
    assertThat(authorizeAt(Addresses.PACK).with("scope", "invoices:read").tokens().status())
        .isEqualTo(200);
    TokenClient person =
        TokenClient.bearer(accountToken()).header("Accept", BodyKind.JSON.mediaType());

    Answer applications = person.get(account("applications"));
    assertThat(applications.status()).as(applications.summary()).isEqualTo(200);
    assertThat(applications.body()).contains(AuthorizationFlow.DEMO_APP, "Read invoices");

    URI consent = account("applications/" + AuthorizationFlow.DEMO_APP + "/consent");
    assertThat(person.send("DELETE", consent).status()).isEqualTo(204);
    assertThat(person.get(consent).status()).isEqualTo(204);
  }

  private static URI account(String path) {
    return URI.create(ACCOUNT + path);
  }

  /** A token of the console's own client, as the console itself gets it. */
  private static String accountToken() {
    AuthorizationFlow flow =
        authorizeAt(Addresses.KEYCLOAK)
            .with("client_id", "account-console")
            .with("redirect_uri", ACCOUNT)
            .with("scope", "openid");
    Browser browser = new Browser();
    Answer signedIn = browser.signIn(flow.start(browser), flow.person());
    return TokenClient.anonymous()
        .post(
            Addresses.KEYCLOAK.token(SERVER),
            flow.tokenRequest(flow.callback(signedIn).get("code")))
        .json()
        .get("access_token")
        .asText();
  }
}
