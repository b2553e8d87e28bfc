package com.expensicat.keycloak.realm;

import com.expensicat.keycloak.consent.ConsentActionFactory;
import com.expensicat.keycloak.database.ClientSearch;
import com.expensicat.keycloak.floor.LoopbackUri;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.OIDCAdvancedConfigWrapper;

/**
 * Early builds of the pack took the port from the loopback redirect URIs of public clients. A realm
 * that was kept by one of them gets the ports back, once, where the client's other addresses name
 * one and no other; the others are logged for an admin.
 */
final class LoopbackPorts {

  /** The realm attribute that says that redirect URIs are as they were written. */
  static final String ATTRIBUTE = "expensicat.redirect-uris";

  private static final String AS_WRITTEN = "as-written";

  private static final String MAY_LACK_PORT =
      Stream.of("127.0.0.1", "[::1]", "localhost")
          .map("c.publicClient = true and uri like 'http://%s%%'"::formatted)
          .collect(Collectors.joining(" or "));

  private static final Logger logger = Logger.getLogger(LoopbackPorts.class);

  private LoopbackPorts() {}

  /** Whether no redirect URI of {@code realm} lacks a port that an early build took. */
  static boolean areAsWritten(RealmModel realm) {
    return AS_WRITTEN.equals(realm.getAttribute(ATTRIBUTE));
  }

  /** Gives the ports back in a realm of an early build, and marks the realm as done. */
  static void restore(KeycloakSession session, RealmModel realm) {
    if (areAsWritten(realm)) {
      return;
    }
    if (ConsentActionFactory.isRegistered(realm)) {
      ClientSearch.amongApplications(session, realm)
          .with("join c.redirectUris uri")
          .rows("c.id, uri", MAY_LACK_PORT)
          .stream()
          .filter(row -> lacksPort((String) row[1]))
          .map(row -> (String) row[0])
          .distinct()
          .map(realm::getClientById)
          .forEach(LoopbackPorts::restore);
    }
    realm.setAttribute(ATTRIBUTE, AS_WRITTEN);
  }

  private static void restore(ClientModel client) {
    Set<String> elsewhere =
        Stream.of(
                client.getWebOrigins(),
                OIDCAdvancedConfigWrapper.fromClientModel(client).getPostLogoutRedirectUris(),
                Stream.of(client.getRootUrl(), client.getBaseUrl(), client.getManagementUrl())
                    .toList())
            .flatMap(Collection::stream)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    Set<String> restored =
        client.getRedirectUris().stream()
            .map(uri -> restored(uri, elsewhere))
            .collect(Collectors.toCollection(TreeSet::new));
    if (!restored.equals(client.getRedirectUris())) {
      client.setRedirectUris(restored);
    }
    logger.infof(
        restored.stream().anyMatch(LoopbackPorts::lacksPort)
            ? "Client %s of realm %s has a loopback redirect URI without a port, which an early"
                + " build of the pack may have taken from it: %s"
            : "Client %s of realm %s has the ports back that an early build of the pack took from"
                + " its loopback redirect URIs: %s",
        client.getClientId(),
        client.getRealm().getName(),
        restored);
  }

  /**
   * On the one port that the other addresses of its host have; as it is, if they have none or more.
   */
  private static String restored(String uri, Set<String> elsewhere) {
    return LoopbackUri.of(uri)
        .filter(Predicate.not(LoopbackUri::hasPort))
        .map(lacking -> restored(lacking, elsewhere).toString())
        .orElse(uri);
  }

  private static LoopbackUri restored(LoopbackUri lacking, Set<String> elsewhere) {
    Set<String> ports =
        elsewhere.stream()
            .map(LoopbackUri::of)
            .flatMap(Optional::stream)
            .filter(LoopbackUri::hasPort)
            .filter(address -> address.host().equals(lacking.host()))
            .map(LoopbackUri::port)
            .collect(Collectors.toSet());
    return ports.size() == 1 ? lacking.at(ports.iterator().next()) : lacking;
  }

  private static boolean lacksPort(String uri) {
    return LoopbackUri.of(uri).filter(Predicate.not(LoopbackUri::hasPort)).isPresent();
  }
}
