package com.expensicat.keycloak.it.support.oauth;

import com.expensicat.keycloak.it.support.server.KeycloakServer;
import java.net.URI;

/** The two sets of addresses of the same operations: no address is a way round a rule. */
public enum Addresses {
  PACK("/authorize", "/introspect", "/par", "/jwks") {
    @Override
    public String prefix(KeycloakServer server) {
      return server.packUrl();
    }

    @Override
    public URI register(KeycloakServer server) {
      return at(server, "/register");
    }
  },

  KEYCLOAK("/auth", "/token/introspect", "/ext/par/request", "/certs") {
    @Override
    public String prefix(KeycloakServer server) {
      return server.realmUrl() + "/protocol/openid-connect";
    }

    @Override
    public URI register(KeycloakServer server) {
      return URI.create(server.realmUrl() + "/clients-registrations/openid-connect");
    }
  };

  private final String authorize;
  private final String introspect;
  private final String par;
  private final String jwks;

  Addresses(String authorize, String introspect, String par, String jwks) {
    this.authorize = authorize;
    this.introspect = introspect;
    this.par = par;
    this.jwks = jwks;
  }

  public abstract String prefix(KeycloakServer server);

  /** Dynamic client registration (RFC 7591). */
  public abstract URI register(KeycloakServer server);

  public URI authorize(KeycloakServer server) {
    return at(server, authorize);
  }

  public URI token(KeycloakServer server) {
    return at(server, "/token");
  }

  public URI introspect(KeycloakServer server) {
    return at(server, introspect);
  }

  public URI revoke(KeycloakServer server) {
    return at(server, "/revoke");
  }

  public URI userinfo(KeycloakServer server) {
    return at(server, "/userinfo");
  }

  /** Pushed authorization requests (RFC 9126). */
  public URI par(KeycloakServer server) {
    return at(server, par);
  }

  public URI jwks(KeycloakServer server) {
    return at(server, jwks);
  }

  public final URI at(KeycloakServer server, String path) {
    return URI.create(prefix(server) + path);
  }
}
