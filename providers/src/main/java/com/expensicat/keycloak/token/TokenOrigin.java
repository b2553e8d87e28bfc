package com.expensicat.keycloak.token;

import java.util.Optional;
import java.util.Set;
import org.keycloak.provider.Provider;
import org.keycloak.representations.AccessToken;

/** What an access token was exchanged for (RFC 8693), on which it goes on to hang. */
public interface TokenOrigin extends Provider {

  /** The claim by which an access token tells what it was exchanged for. */
  String CLAIM = "exchanged_for";

  /**
   * The scopes of the catalog that the origin of a token stands for now.
   *
   * @param token an access token with the {@link #CLAIM}
   * @return empty if the origin counts no more, and with it the token
   */
  Optional<Set<String>> scopes(AccessToken token);

  @Override
  default void close() {}
}
