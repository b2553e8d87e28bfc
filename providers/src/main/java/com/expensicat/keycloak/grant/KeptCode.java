package com.expensicat.keycloak.grant;

import com.expensicat.keycloak.http.ChangedSession;
import java.util.HashMap;
import java.util.Map;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.SingleUseObjectProvider;
import org.keycloak.protocol.oidc.utils.OAuth2Code;
import org.keycloak.protocol.oidc.utils.OAuth2CodeParser;

/**
 * What is kept of a code until it is redeemed.
 *
 * @param code Keycloak's part
 * @param organization that of the grant which the code gives; empty for none, and null where an
 *     earlier build has made the code
 */
public record KeptCode(OAuth2Code code, String organization) {

  private static final String ORGANIZATION = "expensicat.org";

  /** Reads what is kept. */
  static KeptCode of(Map<String, String> data) {
    return new KeptCode(OAuth2Code.deserializeCode(data), data.get(ORGANIZATION));
  }

  /** What is to be kept. */
  Map<String, String> data() {
    return organization == null ? code.serializeCode() : with(code.serializeCode(), organization);
  }

  private static Map<String, String> with(Map<String, String> data, String organization) {
    Map<String, String> all = new HashMap<>(data);
    all.put(ORGANIZATION, organization);
    return all;
  }

  /**
   * A session that has a code be kept with an organisation.
   *
   * @param organization its id; empty for none
   */
  public static KeycloakSession keeping(KeycloakSession session, String organization) {
    SingleUseObjectProvider objects = session.singleUseObjects();
    return ChangedSession.with(
        session,
        "singleUseObjects",
        new SingleUseObjectProvider() {
          @Override
          public void put(String key, long lifespanSeconds, Map<String, String> notes) {
            objects.put(
                key,
                lifespanSeconds,
                key.startsWith(OAuth2CodeParser.CACHE_KEY_PREFIX)
                    ? with(notes, organization)
                    : notes);
          }

          @Override
          public Map<String, String> get(String key) {
            return objects.get(key);
          }

          @Override
          public Map<String, String> remove(String key) {
            return objects.remove(key);
          }

          @Override
          public boolean replace(String key, Map<String, String> notes) {
            return objects.replace(key, notes);
          }

          @Override
          public boolean putIfAbsent(String key, long lifespanSeconds) {
            return objects.putIfAbsent(key, lifespanSeconds);
          }

          @Override
          public boolean contains(String key) {
            return objects.contains(key);
          }

          @Override
          public void close() {}
        });
  }
}
