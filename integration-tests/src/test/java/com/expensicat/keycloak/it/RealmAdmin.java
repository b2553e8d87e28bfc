package com.expensicat.keycloak.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * An admin of {@code master} with some roles for the pack's realm and no others. Closing it removes
 * the user.
 */
final class RealmAdmin implements AutoCloseable {

  private static final KeycloakServer SERVER = KeycloakServer.shared();

  private final Person person;
  private final String path;

  private RealmAdmin(Person person, String path) {
    this.person = person;
    this.path = path;
  }

  /** One who may see and do everything that the pack's page offers. */
  static RealmAdmin ofEveryPart() {
    return with("manage-realm", "manage-clients", "view-clients", "manage-identity-providers");
  }

  /** Makes one. */
  static RealmAdmin with(String... roles) {
    AdminApi master = SERVER.admin().in("master");
    Person person = new Person("admin-" + TestIssuer.newSubject(), "realm-admin");
    String id =
        master.create(
            "/users",
            Map.of(
                "username",
                person.username(),
                "enabled",
                true,
                "email",
                person.username() + "@expensicat.test",
                "emailVerified",
                true,
                "firstName",
                "Realm",
                "lastName",
                "Admin",
                "credentials",
                List.of(Map.of("type", "password", "value", person.password()))));
    RealmAdmin admin = new RealmAdmin(person, "/users/" + id);
    String client = master.client(KeycloakServer.REALM + "-realm").get("id").asText();
    List<JsonNode> found =
        List.of(roles).stream()
            .map(role -> master.get("/clients/" + client + "/roles/" + role))
            .toList();
    master.post(admin.path + "/role-mappings/clients/" + client, found);
    return admin;
  }

  Person person() {
    return person;
  }

  /** Admin REST of the pack's realm, as this admin. */
  AdminApi api() {
    return new AdminApi(SERVER.baseUrl(), KeycloakServer.REALM, person);
  }

  @Override
  public void close() {
    SERVER.admin().in("master").delete(path);
  }
}
