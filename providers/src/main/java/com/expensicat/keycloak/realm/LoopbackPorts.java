package com.expensicat.keycloak.realm;

import static com.expensicat.keycloak.database.ClientSearch.IS_APPLICATION;

import com.expensicat.keycloak.consent.ConsentActionFactory;
import com.expensicat.keycloak.database.ClientSearch;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
      IS_APPLICATION
          + " and c.publicClient = true and (uri like 'http://127.0.0.1%'"
          + " or uri like 'http://[::1]%' or uri like 'http://localhost%')";

  private static final Pattern ADDRESS =
      Pattern.compile("(http://(?:127\\.0\\.0\\.1|\\[::1]|localhost))(:[0-9]{1,5})?([/?].*)?");

  private static final Logger logger = Logger.getLogger(LoopbackPorts.class);

  private LoopbackPorts() {}

  /** Gives the ports back in a realm of an early build, and marks the realm as done. */
  static void restore(KeycloakSession session, RealmModel realm) {
    if (AS_WRITTEN.equals(realm.getAttribute(ATTRIBUTE))) {
      return;
    }
    if (ConsentActionFactory.isRegistered(realm)) {
      new ClientSearch(session, realm)
          .rows("c.id, uri", "c.redirectUris uri", MAY_LACK_PORT, Map.of()).stream()
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
            .filter(address -> address != null)
            .collect(Collectors.toSet());
    Set<String> restored =
        client.getRedirectUris().stream()
            .map(uri -> lacksPort(uri) ? withPort(uri, elsewhere).orElse(uri) : uri)
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

  private static Optional<String> withPort(String uri, Set<String> elsewhere) {
    Matcher lacking = ADDRESS.matcher(uri);
    if (!lacking.matches()) {
      return Optional.empty();
    }
    Set<String> ports =
        elsewhere.stream()
            .map(ADDRESS::matcher)
            .filter(Matcher::matches)
            .filter(address -> address.group(1).equals(lacking.group(1)))
            .map(address -> address.group(2))
            .filter(port -> port != null)
            .collect(Collectors.toSet());
    return ports.size() == 1
        ? Optional.of(
            lacking.group(1)
                + ports.iterator().next()
                + (lacking.group(3) == null ? "" : lacking.group(3)))
        : Optional.empty();
  }

  private static boolean lacksPort(String uri) {
    Matcher address = ADDRESS.matcher(uri);
    return address.matches() && address.group(2) == null;
  }
}
