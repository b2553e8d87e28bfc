package com.expensicat.keycloak.it;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Somebody at the shared server who has granted nothing yet; closing it deletes the user.
 *
 * @param path the user in admin REST
 */
record NewPerson(Person person, String path) implements AutoCloseable {

  private static final AdminApi ADMIN = KeycloakServer.shared().admin();

  static NewPerson join() {
    return join(user -> {});
  }

  /** Somebody of whom more is known, say an e-mail address. */
  static NewPerson join(Consumer<ObjectNode> more) {
    Person person = new Person("person-" + UUID.randomUUID(), "secret");
    ObjectNode user = Json.object("{'enabled':true,'firstName':'Kim'}");
    user.put("username", person.username());
    user.putArray("credentials")
        .addObject()
        .put("type", "password")
        .put("value", person.password());
    user.putArray("realmRoles").add("default-roles-expensicat");
    more.accept(user);
    return new NewPerson(person, "/users/" + ADMIN.create("/users", user));
  }

  @Override
  public void close() {
    ADMIN.delete(path);
  }
}
