package com.expensicat.keycloak.examples.api;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import java.util.List;

/**
 * The keys of an issuer, of which a key that nobody knows is none. Nimbus asks the issuer anew for
 * such a key, and is in error where it has asked too often, so that whoever makes up names of keys
 * would be told that something is broken here.
 */
final class PublishedKeys implements JWKSource<SecurityContext> {

  private final JWKSource<SecurityContext> source;
  private volatile boolean known;

  PublishedKeys(JWKSource<SecurityContext> source) {
    this.source = source;
  }

  @Override
  public List<JWK> get(JWKSelector selector, SecurityContext context) throws KeySourceException {
    try {
      List<JWK> keys = source.get(selector, context);
      known = true;
      return keys;
    } catch (RateLimitReachedException e) {
      if (known) {
        return List.of();
      }
      throw e;
    }
  }
}
