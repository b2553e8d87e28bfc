package com.expensicat.keycloak.realm;

import com.expensicat.keycloak.database.ClientSearch;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.utils.KeycloakModelUtils;

/**
 * The secret of a client that came out of a file in which its place was left empty, or was not
 * filled in at all. Keycloak would take either for a secret, and everybody knows them; so the
 * client gets a new one.
 */
final class UnfilledSecret {

  private static final Logger logger = Logger.getLogger(UnfilledSecret.class);

  private static final String PLACE = "${";
  private static final String CONDITION = "c.secret = '' or c.secret like '" + PLACE + "%'";

  private UnfilledSecret() {}

  /** Replaces those of a realm. */
  static void replaceAll(KeycloakSession session, RealmModel realm) {
    List<String> clients = ClientSearch.amongAll(session, realm).ids(CONDITION, Map.of());
    clients.stream()
        .map(realm::getClientById)
        .filter(Objects::nonNull)
        .forEach(UnfilledSecret::replace);
  }

  /** Replaces that of a client, if it has such a secret. */
  static void replace(ClientModel client) {
    String secret = client.getSecret();
    if (secret != null && (secret.isEmpty() || secret.startsWith(PLACE))) {
      KeycloakModelUtils.generateSecret(client);
      logger.infof(
          "Client %s was imported without a secret and has got a new one.", client.getId());
    }
  }
}
