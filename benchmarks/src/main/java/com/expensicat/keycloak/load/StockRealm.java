package com.expensicat.keycloak.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A realm of its own on the same server, which the pack leaves alone: there Keycloak's endpoints
 * are as it ships them. It has one client and one user, and is deleted in the end.
 */
final class StockRealm implements AutoCloseable {

  static final String CLIENT = "gateway:gateway-secret";

  private static final String NAME = "stock-for-load";
  private static final String PASSWORD = "load-password";
  private static final String REALM =
      """
      {"realm": "%s", "enabled": true, "accessTokenLifespan": 900,
       "clients": [{"clientId": "gateway", "secret": "gateway-secret", "publicClient": false,
         "directAccessGrantsEnabled": true, "standardFlowEnabled": false}],
       "users": [{"username": "person", "enabled": true, "email": "person@load.test",
         "firstName": "Load", "lastName": "Person", "emailVerified": true,
         "credentials": [{"type": "password", "value": "%s"}]}]}
      """
          .formatted(NAME, PASSWORD);

  private final String server;

  private StockRealm(String server) {
    this.server = server;
  }

  /** The realm, where this server's admin is the demo's. */
  static Optional<StockRealm> create(String server) throws IOException {
    StockRealm realm = new StockRealm(server);
    Http.Answer admin = realm.adminToken();
    if (admin.status() != 200) {
      return Optional.empty();
    }
    realm.close();
    Http.Answer answer =
        new Http().postJson(server + "/admin/realms", admin.text("access_token"), REALM);
    if (answer.status() != 201) {
      throw new IOException("The stock realm cannot be made: " + answer.body());
    }
    return Optional.of(realm);
  }

  static String path(String endpoint) {
    return "/realms/" + NAME + "/protocol/openid-connect/" + endpoint;
  }

  /** Access tokens of as many sign-ins. */
  List<String> tokens(int count) throws IOException {
    Map<String, String> form =
        Map.of(
            "grant_type", "password",
            "username", "person",
            "password", PASSWORD,
            "scope", "openid");
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tokens.add(new Http().postForm(server + path("token"), CLIENT, form).text("access_token"));
    }
    return tokens;
  }

  private Http.Answer adminToken() throws IOException {
    return new Http()
        .postForm(
            server + "/realms/master/protocol/openid-connect/token",
            "",
            Map.of(
                "grant_type", "password",
                "client_id", "admin-cli",
                "username", "admin",
                "password", "admin"));
  }

  @Override
  public void close() throws IOException {
    new Http().delete(server + "/admin/realms/" + NAME, adminToken().text("access_token"));
  }
}
