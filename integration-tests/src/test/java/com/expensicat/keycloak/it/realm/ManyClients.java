package com.expensicat.keycloak.it.realm;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.server.Database;
import java.util.List;

/** Copies of one client of the realm, of which no server knows, and what becomes of them. */
final class ManyClients {

  /** How many there are: more than are mended at once. */
  static final int COUNT = 320;

  /**
   * What is different about a client.
   *
   * @param change SQL that makes it so for clients whose ids are {@code %s}
   * @param mends whether the pack has anything to mend then
   * @param after SQL for what there is to be of a client {@code c} in the end
   */
  private record Kind(String change, boolean mends, String after) {

    static Kind mended(String change, String after) {
      return new Kind(change, true, after);
    }

    static Kind kept(String change, String after) {
      return new Kind(change, false, after);
    }
  }

  private static final String PKCE = "pkce.code.challenge.method";
  private static final String FORM = "access.token.header.type.rfc9068";
  private static final String DISPLAY = "display.on.consent.screen";
  private static final String TEXT = "consent.screen.text";
  private static final String WITHHELD = "expensicat.scopes.withheld";
  private static final String DEFAULT = "expensicat.scopes.default";

  private static final List<Kind> KINDS =
      List.of(
          Kind.kept("select 1", "c.consent_required"),
          Kind.mended(without(PKCE), has(PKCE, "S256")),
          Kind.mended(with(PKCE, "plain"), has(PKCE, "S256")),
          Kind.mended(without(FORM), has(FORM, "true")),
          Kind.mended(
              "update client set consent_required = false where id in %s", "c.consent_required"),
          Kind.mended(with(DISPLAY, "false"), has(DISPLAY, "true")),
          Kind.mended(without(TEXT), has(TEXT, "${expensicatIdentityConsentText}")),
          Kind.kept(with(TEXT, "Ours"), has(TEXT, "Ours")),
          Kind.kept(
              "update client set consent_required = false where id in %1$s; "
                  + with("expensicat.first-party", "true"),
              "not c.consent_required"),
          Kind.kept(redirect("http://127.0.0.1:5173/cb"), hasRedirect("http://127.0.0.1:5173/cb")),
          Kind.kept(redirect("http://localhost:*"), hasRedirect("http://localhost:*")),
          Kind.mended(
              "delete from client_scope_client where client_id in %s and scope_id = "
                  + scope("team:admin"),
              has(WITHHELD, "team:admin")),
          Kind.mended(
              "update client_scope_client set default_scope = true where client_id in %s"
                  + " and scope_id = "
                  + scope("team:read"),
              has(DEFAULT, "team:read")),
          Kind.mended(with(WITHHELD, "team:admin"), "not " + has(WITHHELD, "team:admin")),
          Kind.mended(
              "update client set protocol = null where id in %1$s; " + without(PKCE),
              has(PKCE, "S256")),
          Kind.kept(
              "update client set protocol = 'saml' where id in %1$s; " + without(PKCE),
              "not " + has(PKCE, "S256")));

  private final Database database;

  ManyClients(Database database) {
    this.database = database;
  }

  /** Makes them, like a client that is there. */
  void copy(String clientId) {
    String id = "'" + id(0).substring(0, 24) + "' || lpad(n::text, 12, '0')";
    copy(
        "client",
        "jsonb_build_object('id', " + id + ", 'client_id', 'many-' || n)",
        "id",
        clientId);
    for (String table : List.of("client_attributes", "redirect_uris", "client_scope_client")) {
      copy(table, "jsonb_build_object('client_id', " + id + ")", "client_id", clientId);
    }
  }

  private void copy(String table, String changes, String key, String clientId) {
    database.execute(
        ("insert into %1$s select (jsonb_populate_record(t, %2$s)).*"
                + " from %1$s t, generate_series(0, %3$d) n"
                + " where t.%4$s = (select id from client where client_id = '%5$s')")
            .formatted(table, changes, COUNT - 1, key, clientId));
  }

  /** The id of one of them, from 0. */
  static String id(int number) {
    return "00000000-0000-4000-8000-%012d".formatted(number);
  }

  /** Makes them differ, each kind in turn; how many there are to mend then. */
  int differ() {
    int differing = 0;
    for (int i = 0; i < KINDS.size(); i++) {
      database.execute(KINDS.get(i).change().formatted(ids(i)));
      differing += KINDS.get(i).mends() ? COUNT / KINDS.size() : 0;
    }
    return differing;
  }

  /** Each is as it is to be, but for one that is left out. */
  void assertMended(String exceptId) {
    for (int i = 0; i < KINDS.size(); i++) {
      assertThat(
              database.value(
                  "select string_agg(client_id, ' ') from client c where id in %s and id <> '%s'"
                          .formatted(ids(i), exceptId)
                      + " and not coalesce("
                      + KINDS.get(i).after()
                      + ", false)"))
          .as(KINDS.get(i).toString())
          .isNull();
    }
  }

  private static String ids(int kind) {
    return "(select id from client where starts_with(client_id, 'many-')"
        + " and mod(substring(client_id, 6)::int, %d) = %d)".formatted(KINDS.size(), kind);
  }

  private static String without(String attribute) {
    return "delete from client_attributes where client_id in %1$s and name = '" + attribute + "'";
  }

  private static String with(String attribute, String value) {
    return without(attribute)
        + "; insert into client_attributes (client_id, name, value)"
        + " select id, '%s', '%s' from unnest(array%%1$s) id".formatted(attribute, value);
  }

  private static String has(String attribute, String value) {
    return "exists (select from client_attributes a where a.client_id = c.id and a.name = '%s' and a.value = '%s')"
        .formatted(attribute, value);
  }

  private static String redirect(String uri) {
    return "insert into redirect_uris (client_id, value) select id, '%s' from unnest(array%%1$s) id"
        .formatted(uri);
  }

  private static String hasRedirect(String uri) {
    return "exists (select from redirect_uris u where u.client_id = c.id and u.value = '%s')"
        .formatted(uri);
  }

  private static String scope(String name) {
    return "(select id from client_scope where name = '" + name + "')";
  }
}
