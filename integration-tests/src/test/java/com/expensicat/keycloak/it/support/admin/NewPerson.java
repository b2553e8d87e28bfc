package com.expensicat.keycloak.it.support.admin;

import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Somebody who has granted nothing yet; closing it deletes the user.
 *
 * @param path the user in admin REST
 */
public record NewPerson(Person person, AdminApi admin, String path) implements AutoCloseable {

  /** Somebody at the shared server. */
  public static NewPerson join() {
    return join(user -> {});
  }

  public static NewPerson join(KeycloakServer server) {
    return join(server, user -> {});
  }

  /** Somebody at the shared server of whom more is known, say an e-mail address. */
  public static NewPerson join(Consumer<ObjectNode> more) {
    return join(KeycloakServer.shared(), more);
  }

  public static NewPerson join(KeycloakServer server, Consumer<ObjectNode> more) {
    Person person = new Person("person-" + UUID.randomUUID(), "secret");
    ObjectNode user = Json.object("{'enabled':true,'firstName':'Kim'}");
    user.put("username", person.username());
    user.putArray("credentials")
        .addObject()
        .put("type", "password")
        .put("value", person.password());
    user.putArray("realmRoles").add("default-roles-expensicat");
    more.accept(user);
    return new NewPerson(person, server.admin(), "/users/" + server.admin().create("/users", user));
  }

  public String id() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  @Override
  public void close() {
    admin.delete(path);
  }
}
