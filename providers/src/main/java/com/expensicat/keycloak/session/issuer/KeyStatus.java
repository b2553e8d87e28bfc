package com.expensicat.keycloak.session.issuer;

import java.util.List;

/**
 * What this node knows of the keys of an issuer.
 *
 * @param jwksUrl where they are fetched; {@code null} where they are in the issuer's settings
 * @param maxAge for how long they are used before they are fetched again, in seconds
 * @param age how long ago they were fetched, in seconds; {@code null} where they were not yet,
 *     cannot be had, or are in the settings
 * @param failedAgo how long ago the last attempt to fetch them failed, in seconds; {@code null} if
 *     it did not fail
 * @param known the keys
 */
public record KeyStatus(String jwksUrl, int maxAge, Long age, Long failedAgo, List<Key> known) {

  /**
   * A public key.
   *
   * @param kid its id, or {@code null}
   * @param algorithm the {@code alg} that it says it is for, or {@code null}
   */
  public record Key(String kid, String algorithm) {}

  public KeyStatus {
    known = List.copyOf(known);
  }
}
