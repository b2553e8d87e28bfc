package com.expensicat.keycloak.load;

import com.expensicat.keycloak.start.Database;
import com.expensicat.keycloak.start.Home;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/** Keycloak without the pack, its realm with the pack's settings. */
final class Stock extends KeycloakTarget {

  /**
   * @param version of Keycloak
   */
  Stock(Home home, Database databases, RealmFiles files, List<String> options, String version)
      throws IOException {
    super(home, databases, files, options, version);
  }

  @Override
  public String name() {
    return "stock";
  }

  @Override
  String composition() {
    return "alone";
  }

  @Override
  ObjectNode realm() throws IOException {
    return files().stock();
  }

  @Override
  String path(String endpoint) {
    return ofRealm(endpoint);
  }
}
