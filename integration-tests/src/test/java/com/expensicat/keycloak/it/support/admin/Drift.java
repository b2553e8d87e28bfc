package com.expensicat.keycloak.it.support.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** What an admin may do to a scope of the catalog. Closing it mends the catalog. */
public final class Drift implements AutoCloseable {

  private final AdminApi admin;
  private final List<String> foreign = new ArrayList<>();

  public Drift(AdminApi admin) {
    this.admin = admin;
  }

  /** Renames a scope; the id that it keeps. */
  public String rename(String scope, String name) {
    ObjectNode found = (ObjectNode) admin.clientScope(scope);
    String id = found.get("id").asText();
    admin.put("/client-scopes/" + id, found.put("name", name));
    return id;
  }

  public void delete(String scope) {
    admin.delete("/client-scopes/" + admin.clientScope(scope).get("id").asText());
  }

  /** Deletes a scope and makes one of another kind in its place; its id. */
  public String replace(String scope, JsonNode theirs) {
    delete(scope);
    String id = admin.create("/client-scopes", theirs);
    foreign.add(id);
    return id;
  }

  @Override
  public void close() {
    foreign.forEach(id -> admin.delete("/client-scopes/" + id));
    admin.post("/expensicat/scopes/mend", null);
  }
}
