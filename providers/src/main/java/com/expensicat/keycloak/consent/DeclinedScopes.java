package com.expensicat.keycloak.consent;

import com.expensicat.keycloak.RealmNeed;
import com.expensicat.keycloak.UserAttributes;
import com.expensicat.keycloak.scope.ScopeWords;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;

/**
 * The scopes that a person has declined to an application. Keycloak's consent has a place for what
 * was granted only; who is asked again for the same shall not have to untick it again.
 */
public record DeclinedScopes(UserModel user, ClientModel client) {

  private static final String ATTRIBUTE = "expensicat.declined-scopes";

  /** The attribute in the user profile of the context's realm. */
  public static RealmNeed attribute(KeycloakSession session) {
    return UserAttributes.declared(session, ATTRIBUTE, "Declined scopes", true);
  }

  boolean contains(ClientScopeModel scope) {
    return user.getAttributeStream(ATTRIBUTE).anyMatch(value(scope)::equals);
  }

  /** Remembers or forgets that a scope was declined. */
  void set(ClientScopeModel scope, boolean declined) {
    Set<String> before = user.getAttributeStream(ATTRIBUTE).collect(Collectors.toSet());
    Set<String> now = new LinkedHashSet<>(before);
    if (declined ? now.add(value(scope)) : now.remove(value(scope))) {
      if (now.isEmpty()) {
        user.removeAttribute(ATTRIBUTE);
      } else {
        user.setAttribute(ATTRIBUTE, List.copyOf(now));
      }
    }
  }

  private String value(ClientScopeModel scope) {
    return client.getClientId() + ' ' + ScopeWords.name(scope);
  }
}
