package com.expensicat.keycloak.it.support.session;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import java.util.HashMap;
import java.util.Map;

/**
 * The identity provider by which the shared server's realm trusts the real issuer. Closing it
 * removes the identity provider and the users that are linked to it.
 */
public record TrustedIssuer(String alias) implements AutoCloseable {

  private static final String INSTANCES = "/identity-provider/instances";

  /**
   * Has the realm trust an issuer.
   *
   * @param config what differs from the defaults
   */
  public static TrustedIssuer of(BetterAuth application, String alias, Map<String, String> config) {
    Map<String, String> whole = new HashMap<>(config);
    whole.put("issuer", application.issuer());
    admin()
        .post(
            INSTANCES,
            Map.of(
                "alias",
                alias,
                "providerId",
                "expensicat-session-jwt",
                "enabled",
                true,
                "config",
                whole));
    return new TrustedIssuer(alias);
  }

  public void reloadKeys() {
    admin().get(INSTANCES + "/" + alias + "/reload-keys");
  }

  private static AdminApi admin() {
    return KeycloakServer.shared().admin();
  }

  @Override
  public void close() {
    admin()
        .get("/users?max=1000&idpAlias=" + alias)
        .forEach(user -> admin().delete("/users/" + user.path("id").asText()));
    admin().delete(INSTANCES + "/" + alias);
  }
}
