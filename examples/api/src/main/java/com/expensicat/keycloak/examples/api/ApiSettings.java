package com.expensicat.keycloak.examples.api;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.StringUtils;

/**
 * What the API is told about those whose tokens it takes.
 *
 * @param issuer the realm's
 * @param audience what an access token must carry in {@code aud}
 * @param address the API's own, as clients know it
 */
@ConfigurationProperties("expensicat")
record ApiSettings(String issuer, String audience, URI address, Session session) {

  /**
   * The issuer of session JWTs.
   *
   * @param issuer its {@code iss}; empty where the API takes access tokens alone
   * @param jwksUrl where its keys are
   * @param audience the {@code aud} of its session JWTs
   */
  record Session(String issuer, String jwksUrl, String audience) {

    Session {
      jwksUrl = StringUtils.hasText(jwksUrl) ? jwksUrl : issuer + "/api/auth/jwks";
      audience = StringUtils.hasText(audience) ? audience : issuer;
    }

    boolean isTrusted() {
      return StringUtils.hasText(issuer);
    }

    boolean issued(String iss) {
      return isTrusted() && issuer.equals(iss);
    }
  }

  /** The realm's keys, at the address of the guide. */
  String jwksUrl() {
    return server() + "/api/auth/oauth2/jwks";
  }

  /** Where the realm's server says what the API is and who gives tokens for it (RFC 9728 3.1). */
  String metadataUrl() {
    return server() + "/.well-known/oauth-protected-resource" + address.getRawPath();
  }

  private String server() {
    return issuer.substring(0, issuer.indexOf("/realms/"));
  }
}
