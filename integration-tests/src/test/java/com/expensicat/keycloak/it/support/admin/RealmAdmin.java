package com.expensicat.keycloak.it.support.admin;

import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.session.TestIssuer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * An admin of {@code master} with some roles for the pack's realm and no others. Closing it removes
 * the user.
 */
public final class RealmAdmin implements AutoCloseable {

  private static final KeycloakServer SERVER = KeycloakServer.shared();

  private final Person person;
  private final String path;

  private RealmAdmin(Person person, String path) {
    this.person = person;
    this.path = path;
  }

  /** One who may see and do everything that the pack's page offers. */
  public static RealmAdmin ofEveryPart() {
    return with(
        "manage-realm",
        "manage-clients",
        "view-clients",
        "manage-identity-providers",
        "manage-users");
  }

  /** Makes one. */
  public static RealmAdmin with(String... roles) {
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

  public Person person() {
    return person;
  }

  /** Admin REST of the pack's realm, as this admin. */
  public AdminApi api() {
    return new AdminApi(SERVER.baseUrl(), KeycloakServer.REALM, person);
  }

  @Override
  public void close() {
    SERVER.admin().in("master").delete(path);
  }
}
