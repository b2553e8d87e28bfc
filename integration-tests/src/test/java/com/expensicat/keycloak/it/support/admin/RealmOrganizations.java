package com.expensicat.keycloak.it.support.admin;

import com.expensicat.keycloak.it.support.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Keycloak's own organisations in the pack's realm, as long as a test runs. */
public final class RealmOrganizations {

  private RealmOrganizations() {}

  /** What a test does with a person who belongs to all of them. */
  public interface Story {

    /**
     * Runs.
     *
     * @param ids in the order of the names
     */
    void tell(NewPerson person, List<String> ids) throws Throwable;
  }

  /** Has the realm have organisations, and a new person belong to them. */
  public static void with(List<String> names, NewPerson person, Story story) throws Throwable {
    AdminApi admin = person.admin();
    admin.withRealmChange(
        realm -> realm.put("organizationsEnabled", true),
        () -> {
          List<String> ids = new ArrayList<>();
          try (person) {
            for (String name : names) {
              String id = create(admin, name);
              ids.add(id);
              admin.post("/organizations/" + id + "/members", person.id());
            }
            story.tell(person, ids);
          } finally {
            ids.forEach(id -> admin.send("DELETE", "/organizations/" + id, null));
          }
        });
  }

  private static String create(AdminApi admin, String name) {
    String alias = name.replaceAll("\\W+", "-").toLowerCase(Locale.ROOT);
    return admin.create(
        "/organizations",
        Json.object(
            "{'name':'%s','alias':'%s','domains':[{'name':'%s.example'}]}"
                .formatted(name, alias, alias)));
  }
}
