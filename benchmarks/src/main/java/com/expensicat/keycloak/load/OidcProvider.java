package com.expensicat.keycloak.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** oidc-provider on SQLite, with its own pages for sign-in and consent. */
final class OidcProvider extends NodeTarget {

  OidcProvider(List<String> scopes, Path folder, Path work) {
    super(scopes, folder, work);
  }

  @Override
  public String name() {
    return "oidc-provider";
  }

  @Override
  public String title() throws IOException {
    return "oidc-provider " + version("oidc-provider") + ", SQLite, opaque tokens";
  }

  @Override
  Endpoints endpoints() {
    return new Endpoints(
        authority(),
        "/auth",
        "/token",
        "/token/introspection",
        "/me",
        client(),
        secret(),
        api(),
        "");
  }

  @Override
  String signIn(Browser browser, int person, String address) throws IOException {
    return browser.visit(
        address, Map.of("login", People.name(person), "password", People.PASSWORD));
  }
}
