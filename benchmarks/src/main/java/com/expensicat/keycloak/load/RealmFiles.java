package com.expensicat.keycloak.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The production realm with the people and clients of the load: as it is for the pack, and without
 * what a Keycloak that has no pack does not know. Settings, scopes and lifetimes are the same.
 */
final class RealmFiles {

  static final String REALM = "expensicat";
  static final String CLIENT = "load";
  static final String ACCOUNT_CLIENT = "load-account";
  static final String API = "expensicat-api";
  static final String API_SECRET = "load-secret";

  private static final String MARK = "expensicat";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path export;

  /**
   * @param export the production realm's file
   */
  RealmFiles(Path export) {
    this.export = export;
  }

  /**
   * For a server with the pack.
   *
   * @param issuer whose session JWTs it accepts
   */
  ObjectNode pack(SessionJwts issuer) throws IOException {
    ObjectNode realm = base();
    ObjectNode provider = (ObjectNode) realm.get("identityProviders").get(0);
    provider.put("enabled", true);
    ((ObjectNode) provider.get("config"))
        .put("issuer", SessionJwts.ISSUER)
        .put("jwks", issuer.jwks())
        .remove("handOverUrl");
    // Its tokens are for the account console's addresses.
    ObjectNode account = client(realm, ACCOUNT_CLIENT).put("consentRequired", false);
    account.put("fullScopeAllowed", true).putArray("defaultClientScopes").add("basic").add("roles");
    account.withObject("/attributes").put("expensicat.first-party", "true");
    return realm;
  }

  /** For a server without it. */
  ObjectNode stock() throws IOException {
    ObjectNode realm = base();
    realm.remove(
        List.of(
            "clientProfiles",
            "clientPolicies",
            "components",
            "identityProviders",
            "loginTheme",
            "accountTheme",
            "emailTheme",
            "adminTheme"));
    realm.putArray("eventsListeners").add("jboss-logging");
    unmark(realm.get("attributes"));
    realm.get("clientScopes").forEach(scope -> unmark(scope.get("attributes")));
    for (JsonNode client : realm.get("clients")) {
      unmark(client.get("attributes"));
      if (client.get("clientId").asText().equals(CLIENT)) {
        // What the pack does for every client.
        ((ObjectNode) client.get("attributes"))
            .put("pkce.code.challenge.method", "S256")
            .put("access.token.header.type.rfc9068", "true");
      }
    }
    return realm;
  }

  /** The scopes of the guide. */
  List<String> scopes() throws IOException {
    return JSON.readTree(export.toFile()).findParents("expensicat.scope").stream()
        .map(attributes -> attributes.get("expensicat.scope").asText())
        .toList();
  }

  private ObjectNode base() throws IOException {
    ObjectNode realm = (ObjectNode) JSON.readTree(export.toFile());
    ArrayNode users = realm.putArray("users");
    for (int person = 0; person < People.COUNT; person++) {
      ObjectNode user =
          users
              .addObject()
              .put("id", People.id(person))
              .put("username", People.name(person))
              .put("email", People.email(person))
              .put("emailVerified", true)
              .put("firstName", "Load")
              .put("lastName", "Person")
              .put("enabled", true);
      user.putArray("realmRoles").add("default-roles-" + REALM);
      user.putArray("credentials")
          .addObject()
          .put("type", "password")
          .put("value", People.PASSWORD);
    }
    ArrayNode clients = (ArrayNode) realm.get("clients");
    for (JsonNode client : clients) {
      if (client.get("clientId").asText().equals(API)) {
        ((ObjectNode) client).put("secret", API_SECRET);
      }
    }
    client(realm, CLIENT);
    return realm;
  }

  /** A client of the load, which is added to a realm. */
  static ObjectNode client(ObjectNode realm, String clientId) {
    ObjectNode client =
        ((ArrayNode) realm.get("clients"))
            .addObject()
            .put("clientId", clientId)
            .put("protocol", "openid-connect")
            .put("publicClient", true)
            .put("consentRequired", true)
            .put("standardFlowEnabled", true)
            .put("directAccessGrantsEnabled", false)
            .put("fullScopeAllowed", false);
    client.putArray("redirectUris").add(Endpoints.REDIRECT_URI);
    client.putObject("attributes");
    return client;
  }

  private static void unmark(JsonNode attributes) {
    if (attributes instanceof ObjectNode object) {
      object.properties().removeIf(attribute -> attribute.getKey().startsWith(MARK));
    }
  }
}
