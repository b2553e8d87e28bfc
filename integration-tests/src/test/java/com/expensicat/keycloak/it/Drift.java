package com.expensicat.keycloak.it;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What an admin may do to a scope of the catalog. Closing it mends the catalog. */
final class Drift implements AutoCloseable {

  private final AdminApi admin;

  Drift(AdminApi admin) {
    this.admin = admin;
  }

  /** Renames a scope; the id that it keeps. */
  String rename(String scope, String name) {
    ObjectNode found = (ObjectNode) admin.clientScope(scope);
    String id = found.get("id").asText();
    admin.put("/client-scopes/" + id, found.put("name", name));
    return id;
  }

  void delete(String scope) {
    admin.delete("/client-scopes/" + admin.clientScope(scope).get("id").asText());
  }

  @Override
  public void close() {
    admin.post("/expensicat/scopes/mend", null);
  }
}
