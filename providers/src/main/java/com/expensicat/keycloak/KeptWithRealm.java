package com.expensicat.keycloak;

import java.util.function.Function;
import org.keycloak.models.RealmModel;
import org.keycloak.models.cache.CachedRealmModel;

/**
 * What was made of a realm's settings, kept beside the realm in Keycloak's cache: it goes where the
 * realm changes, on every node.
 *
 * @param source what it was made of
 */
public record KeptWithRealm(Object source, Object value) {

  /**
   * The value that belongs to a source, made anew where there is none or the source differs, as in
   * a transaction that has changed the realm.
   *
   * @param type of the value, of which there is one for each realm
   */
  @SuppressWarnings("unchecked") // the map is Keycloak's, and raw
  public static <S, T> T get(RealmModel realm, Class<T> type, S source, Function<S, T> make) {
    if (!(realm instanceof CachedRealmModel cached)) {
      return make.apply(source);
    }
    String name = KeptWithRealm.class.getName() + "." + type.getName();
    if (cached.getCachedWith().get(name) instanceof KeptWithRealm kept
        && kept.source().equals(source)) {
      return type.cast(kept.value());
    }
    T value = make.apply(source);
    cached.getCachedWith().put(name, new KeptWithRealm(source, value));
    return value;
  }
}
