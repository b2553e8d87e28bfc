package com.expensicat.keycloak.registration;

import com.expensicat.keycloak.AfterCommit;
import com.expensicat.keycloak.client.RegisteredBy;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jboss.logging.Logger;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.utils.KeycloakModelUtils;

/** On which day (UTC) a registered client last got a token, as a client attribute says. */
public final class ClientUse {

  /** The client attribute; a date in the form of ISO 8601, whose order is that of its text. */
  static final String ATTRIBUTE = "expensicat.last-used";

  private static final Logger logger = Logger.getLogger(ClientUse.class);

  private ClientUse() {}

  static LocalDate today() {
    return LocalDate.now(ZoneOffset.UTC);
  }

  /**
   * Notes that the session's client got a token, once that is so; the first of a day is written.
   * Whatever stands in the way of it is nothing to the client.
   */
  public static void note(KeycloakSession session) {
    KeycloakContext context = session.getContext();
    ClientModel client = context.getClient();
    String day = today().toString();
    if (!RegisteredBy.isSelfRegistered(client) || day.equals(client.getAttribute(ATTRIBUTE))) {
      return;
    }
    KeycloakSessionFactory factory = session.getKeycloakSessionFactory();
    String realmId = context.getRealm().getId();
    String clientId = client.getId();
    AfterCommit.run(session, () -> write(factory, realmId, clientId, day));
  }

  private static void write(
      KeycloakSessionFactory factory, String realmId, String clientId, String day) {
    try {
      KeycloakModelUtils.runJobInTransaction(
          factory,
          session -> {
            session.getContext().setRealm(session.realms().getRealm(realmId));
            ClientModel client = session.getContext().getRealm().getClientById(clientId);
            if (client != null && !day.equals(client.getAttribute(ATTRIBUTE))) {
              client.setAttribute(ATTRIBUTE, day);
            }
          });
    } catch (RuntimeException e) {
      // Another request has written it, or the next one will.
      logger.debugf(e, "The use of client %s was not noted", clientId);
    }
  }
}
