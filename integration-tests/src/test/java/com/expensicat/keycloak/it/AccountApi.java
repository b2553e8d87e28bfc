package com.expensicat.keycloak.it;

import static com.expensicat.keycloak.it.AuthorizationFlow.authorizeAt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.util.stream.StreamSupport;

/** The account console's REST API at the shared server, as one person. */
record AccountApi(TokenClient client) {

  private static final KeycloakServer SERVER = KeycloakServer.shared();

  /** The console's own address. */
  static final String ADDRESS = SERVER.realmUrl() + "/account/";

  /** With a token of the console's own client, as the console itself gets it. */
  static AccountApi of(Person person) {
    AuthorizationFlow flow =
        authorizeAt(Addresses.KEYCLOAK)
            .as(person)
            .with("client_id", "account-console")
            .with("redirect_uri", ADDRESS)
            .with("scope", "openid");
    Browser browser = new Browser();
    Answer signedIn = browser.signIn(flow.start(browser), person);
    String token =
        TokenClient.anonymous()
            .post(
                Addresses.KEYCLOAK.token(SERVER),
                flow.tokenRequest(flow.callback(signedIn).get("code")))
            .json()
            .get("access_token")
            .asText();
    return new AccountApi(TokenClient.bearer(token).header("Accept", BodyKind.JSON.mediaType()));
  }

  AccountApi in(String language) {
    return new AccountApi(client.header("Accept-Language", language));
  }

  /** What the list of applications says of one, or a missing node. */
  JsonNode application(String clientId) {
    JsonNode applications = client.get(address("applications")).json();
    return StreamSupport.stream(applications.spliterator(), false)
        .filter(one -> one.path("clientId").asText().equals(clientId))
        .findFirst()
        .orElse(MissingNode.getInstance());
  }

  Answer consent(String clientId) {
    return client.get(consentAddress(clientId));
  }

  Answer takeAway(String clientId) {
    return client.send("DELETE", consentAddress(clientId));
  }

  /** Grants these client scopes, by their ids, and no others. */
  Answer grant(String clientId, Iterable<String> scopeIds) {
    var consent = Json.object("{}");
    var scopes = consent.putArray("grantedScopes");
    scopeIds.forEach(id -> scopes.addObject().put("id", id));
    return client.send(
        "PUT", consentAddress(clientId), BodyKind.JSON.mediaType(), Json.write(consent));
  }

  private static URI consentAddress(String clientId) {
    return address("applications/" + clientId + "/consent");
  }

  private static URI address(String path) {
    return URI.create(ADDRESS + path);
  }
}
