package com.expensicat.keycloak.it.support.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import java.net.URI;

/** Keycloak's own consent, which the pack's page stands in for. */
public final class StockConsent {

  private StockConsent() {}

  /** Where Keycloak's own page would post to, for the sign-in of a page. */
  public static URI stockConsentAddress(Answer page) {
    String action = page.document().selectFirst("form").absUrl("action");
    Parameters query = Parameters.decode(URI.create(action).getRawQuery());
    Parameters signIn =
        Parameters.of("client_id", query.get("client_id"), "tab_id", query.get("tab_id"));
    return URI.create(
        KeycloakServer.shared().realmUrl()
            + "/login-actions/consent?"
            + query
                .find("client_data")
                .map(data -> signIn.and("client_data", data))
                .orElse(signIn)
                .encoded());
  }

  /** The answer sends nobody on with a code. */
  public static void assertNoCode(Answer answer) {
    assertThat(answer.location().map(URI::getRawQuery).map(Parameters::decode))
        .as(answer.summary())
        .satisfiesAnyOf(
            none -> assertThat(none).isEmpty(),
            redirect -> assertThat(redirect.get().find("code")).isEmpty());
  }
}
