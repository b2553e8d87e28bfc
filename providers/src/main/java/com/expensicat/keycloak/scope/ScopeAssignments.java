package com.expensicat.keycloak.scope;

import com.expensicat.keycloak.BuiltInClients;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;

/**
 * Which scopes of the catalog a client has. All of them as optional scopes is the rule and needs no
 * note; what an admin decided otherwise is noted on the client itself, because Keycloak forgets
 * every assignment of a client scope when the scope is deleted.
 */
public final class ScopeAssignments {

  /** Client attribute: scopes that an admin took from the client, divided by spaces. */
  static final String WITHHELD = "expensicat.scopes.withheld";

  /** Client attribute: scopes that an admin made default scopes of the client. */
  static final String DEFAULT = "expensicat.scopes.default";

  private final ScopeCatalogProvider catalog;

  /**
   * @param session the session of the request
   */
  public ScopeAssignments(KeycloakSession session) {
    this.catalog = session.getProvider(ScopeCatalogProvider.class);
  }

  /**
   * Notes on a client how its assignments differ from the rule; from Keycloak's built-in clients it
   * takes the scopes instead. Scopes that the realm lacks at the moment keep their notes.
   */
  public void remember(ClientModel client) {
    if (BuiltInClients.contains(client)) {
      takeAll(client);
      return;
    }
    if (!isOfferedTo(client)) {
      return;
    }
    Map<String, ClientScopeModel> optional = client.getClientScopes(false);
    Map<String, ClientScopeModel> byDefault = client.getClientScopes(true);
    Set<String> withheld = noted(client, WITHHELD);
    Set<String> defaults = noted(client, DEFAULT);
    client
        .getRealm()
        .getClientScopesStream()
        .map(ClientScopeModel::getName)
        .filter(catalog::contains)
        .forEach(
            name -> {
              boolean isDefault = byDefault.containsKey(name);
              set(defaults, name, isDefault);
              set(withheld, name, !isDefault && !optional.containsKey(name));
            });
    note(client, WITHHELD, withheld);
    note(client, DEFAULT, defaults);
  }

  /** Gives a client the scope that was made anew, as the client had it before. */
  void restore(ClientModel client, ClientScopeModel scope) {
    if (isOfferedTo(client) && !noted(client, WITHHELD).contains(scope.getName())) {
      client.addClientScope(scope, noted(client, DEFAULT).contains(scope.getName()));
    }
  }

  /** Whether any client has the scope. */
  boolean isAssigned(ClientScopeModel scope) {
    try (Stream<ClientModel> clients = clientsWith(scope)) {
      return clients.findAny().isPresent();
    }
  }

  /** The clients that have the scope, as default or optional scope, in Keycloak's order. */
  public Stream<ClientModel> clientsWith(ClientScopeModel scope) {
    return scope
        .getRealm()
        .getClientsStream()
        .filter(
            client ->
                client.getClientScopes(false).containsKey(scope.getName())
                    || client.getClientScopes(true).containsKey(scope.getName()));
  }

  private static boolean isOfferedTo(ClientModel client) {
    return !BuiltInClients.contains(client)
        && (client.getProtocol() == null
            || OIDCLoginProtocol.LOGIN_PROTOCOL.equals(client.getProtocol()));
  }

  private void takeAll(ClientModel client) {
    for (boolean byDefault : new boolean[] {false, true}) {
      client.getClientScopes(byDefault).values().stream()
          .filter(scope -> catalog.contains(scope.getName()))
          .toList()
          .forEach(client::removeClientScope);
    }
  }

  private static void set(Set<String> names, String name, boolean member) {
    if (member) {
      names.add(name);
    } else {
      names.remove(name);
    }
  }

  private static Set<String> noted(ClientModel client, String attribute) {
    String value = client.getAttribute(attribute);
    return value == null || value.isBlank()
        ? new TreeSet<>()
        : new TreeSet<>(Arrays.asList(value.split(" ", -1)));
  }

  private static void note(ClientModel client, String attribute, Set<String> names) {
    if (names.equals(noted(client, attribute))) {
      return;
    }
    if (names.isEmpty()) {
      client.removeAttribute(attribute);
    } else {
      client.setAttribute(attribute, String.join(" ", names));
    }
  }
}
