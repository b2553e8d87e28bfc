package com.expensicat.keycloak.database;

import jakarta.persistence.EntityManager;
import java.util.Objects;
import java.util.OptionalInt;
import org.jboss.logging.Logger;
import org.keycloak.cache.LocalCache;
import org.keycloak.events.Event;
import org.keycloak.events.jpa.JpaEventStoreProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/**
 * Keycloak's storage of events, in which the errors that strangers cause take a bounded room.
 * Keycloak makes a row of each bad request and each wrong password (keycloak/keycloak#41826). A
 * realm says how many errors that concern nobody it keeps of a day, and as many of each user: so
 * neither a flood of bad requests nor an attack on one person hides an attack on another. What is
 * above is told to the realm's listeners, as all is, of which one writes the log.
 */
final class PackEventStoreProvider extends JpaEventStoreProvider {

  /** The realm attribute with the number, for each node; without it all are kept. */
  static final String BOUND = "expensicat.errors-per-day";

  private static final Logger logger = Logger.getLogger(PackEventStoreProvider.class);

  private final KeycloakSession session;
  private final LocalCache<String, DailyCount> counts;

  PackEventStoreProvider(
      KeycloakSession session, EntityManager em, LocalCache<String, DailyCount> counts) {
    super(session, em);
    this.session = session;
    this.counts = counts;
  }

  @Override
  public void onEvent(Event event) {
    if (event.getError() == null || isRoomFor(event)) {
      super.onEvent(event);
    }
  }

  /** By the user alone: a made-up code or form names clients and sessions, too. */
  private boolean isRoomFor(Event event) {
    OptionalInt bound = bound(session.realms().getRealm(event.getRealmId()));
    if (bound.isEmpty()) {
      return true;
    }
    String user = Objects.requireNonNullElse(event.getUserId(), "");
    int before = counts.get(event.getRealmId() + ' ' + user).next(event.getTime());
    if (before == bound.getAsInt()) {
      logger.warnf(
          "In the realm %s this node keeps no more errors of %s today.",
          event.getRealmName(), user.isEmpty() ? "nobody" : user);
    }
    return before < bound.getAsInt();
  }

  private static OptionalInt bound(RealmModel realm) {
    String text = realm == null ? null : realm.getAttribute(BOUND);
    return text != null && text.matches("\\d{1,9}")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }
}
