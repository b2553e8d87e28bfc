package com.expensicat.keycloak.realm;

import static com.expensicat.keycloak.database.ClientSearch.hasAttribute;

import com.expensicat.keycloak.client.Applications;
import com.expensicat.keycloak.consent.RequiredConsent;
import com.expensicat.keycloak.database.ClientSearch;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.keycloak.OAuth2Constants;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.protocol.oidc.OIDCConfigAttributes;

/**
 * What every client of the pack's realm is, however it was made: it uses PKCE with S256, its access
 * tokens have the form of RFC 9068, and, unless an admin has marked it first-party, people are
 * asked for consent, also when it asks for no scope at all. Keycloak's built-in clients stay as
 * they are.
 */
final class ClientBaseline {

  /** The condition that a client is not set to S256. */
  static final String LACKS_S256 =
      "not "
          + has(OIDCConfigAttributes.PKCE_CODE_CHALLENGE_METHOD, OAuth2Constants.PKCE_METHOD_S256);

  /** The condition that a client's access tokens have another form than that of RFC 9068. */
  static final String LACKS_RFC9068 =
      "not " + has(OIDCConfigAttributes.USE_RFC9068_ACCESS_TOKEN_HEADER_TYPE, "true");

  /** The condition that {@link #apply} changes an application. */
  private static final String DIFFERS =
      String.join(" or ", LACKS_S256, LACKS_RFC9068, RequiredConsent.DIFFERS);

  private ClientBaseline() {}

  /** The ids of the clients that {@link #apply} would change, as the database has them. */
  static Set<String> differing(KeycloakSession session, RealmModel realm) {
    return new LinkedHashSet<>(
        ClientSearch.amongApplications(session, realm).ids(DIFFERS, Map.of()));
  }

  private static String has(String attribute, String value) {
    return hasAttribute(attribute, "a.value = '" + value + "'");
  }

  /** Brings {@code client} to the baseline; writes nothing where nothing differs. */
  static void apply(ClientModel client) {
    if (!Applications.contains(client)) {
      return;
    }
    set(client, OIDCConfigAttributes.PKCE_CODE_CHALLENGE_METHOD, OAuth2Constants.PKCE_METHOD_S256);
    set(client, OIDCConfigAttributes.USE_RFC9068_ACCESS_TOKEN_HEADER_TYPE, "true");
    RequiredConsent.set(client);
  }

  private static void set(ClientModel client, String attribute, String value) {
    if (!value.equals(client.getAttribute(attribute))) {
      client.setAttribute(attribute, value);
    }
  }
}
