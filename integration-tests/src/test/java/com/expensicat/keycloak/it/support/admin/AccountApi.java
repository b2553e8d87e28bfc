package com.expensicat.keycloak.it.support.admin;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;

import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.AuthorizationFlow;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.util.stream.StreamSupport;

/** The account console's REST API, as one person. */
public record AccountApi(KeycloakServer server, TokenClient client) {

  /** The console's own address at the shared server. */
  public static String address() {
    return KeycloakServer.shared().realmUrl() + "/account/";
  }

  /** As somebody at the shared server. */
  public static AccountApi of(Person person) {
    return of(KeycloakServer.shared(), person);
  }

  /** With a token of the console's own client, as the console itself gets it. */
  public static AccountApi of(KeycloakServer server, Person person) {
    AuthorizationFlow flow =
        authorizeAt(Addresses.KEYCLOAK, server)
            .as(person)
            .with("client_id", "account-console")
            .with("redirect_uri", server.issuer() + "/account/")
            .with("scope", "openid");
    Browser browser = new Browser(server);
    Answer signedIn = browser.signIn(flow.start(browser), person);
    String token =
        TokenClient.anonymous()
            .post(
                Addresses.KEYCLOAK.token(server),
                flow.tokenRequest(flow.callback(signedIn).get("code")))
            .json()
            .get("access_token")
            .asText();
    return new AccountApi(
        server, TokenClient.bearer(token).header("Accept", BodyKind.JSON.mediaType()));
  }

  public AccountApi in(String language) {
    return new AccountApi(server, client.header("Accept-Language", language));
  }

  /** What the list of applications says of one, or a missing node. */
  public JsonNode application(String clientId) {
    JsonNode applications = client.get(address("applications")).json();
    return StreamSupport.stream(applications.spliterator(), false)
        .filter(one -> one.path("clientId").asText().equals(clientId))
        .findFirst()
        .orElse(MissingNode.getInstance());
  }

  public Answer consent(String clientId) {
    return client.get(consentAddress(clientId));
  }

  public Answer takeAway(String clientId) {
    return client.send("DELETE", consentAddress(clientId));
  }

  /** Takes away access for one organisation alone, as the query says. */
  public Answer takeAwayFor(String query) {
    return client.send("DELETE", URI.create(server.realmUrl() + "/expensicat/consents?" + query));
  }

  /** Signs the person out of all sessions. */
  public Answer signOut(boolean ofThisOneToo) {
    return client.send("DELETE", address("sessions?current=" + ofThisOneToo));
  }

  /** Grants these client scopes, by their ids, and no others. */
  public Answer grant(String clientId, Iterable<String> scopeIds) {
    var consent = Json.object("{}");
    var scopes = consent.putArray("grantedScopes");
    scopeIds.forEach(id -> scopes.addObject().put("id", id));
    return client.send(
        "PUT", consentAddress(clientId), BodyKind.JSON.mediaType(), Json.write(consent));
  }

  private URI consentAddress(String clientId) {
    return address("applications/" + clientId + "/consent");
  }

  private URI address(String path) {
    return URI.create(server.realmUrl() + "/account/" + path);
  }
}
