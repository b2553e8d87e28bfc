package com.expensicat.keycloak.session.issuer;

import java.util.List;

/** The keys of an issuer. */
public interface KeySource {

  /** The keys as they are known; none where they cannot be had. */
  List<SessionKey> keys();

  /** The keys after a look whether there are new ones, where it is time for one. */
  List<SessionKey> refreshedKeys();
}
