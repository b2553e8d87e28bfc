package com.expensicat.keycloak.load;

import com.expensicat.keycloak.start.Database;
import com.expensicat.keycloak.start.Home;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The pack with a realm that many have used for long. */
final class Grown extends Pack {

  static final String NAME = "grown";

  private static final int CLIENTS = 10_000;
  private static final int ISSUERS = 200;
  private static final int PEOPLE = 100_000;
  private static final int GRANTS = 300; // of the first person
  private static final int GRANTS_OF_CLIENT = 20; // as many as the pack lets live
  private static final String CLIENT = "grown-";

  /** Copies of a row, each with values of its own. */
  private static final String COPIES =
      "insert into %1$s select (jsonb_populate_record(t, jsonb_build_object(%2$s))).*"
          + " from %1$s t cross join generate_series(1, %3$d) as numbers(n) where %4$s";

  Grown(Home home, Database databases, RealmFiles files, List<String> options, String version)
      throws IOException {
    super(NAME, home, databases, files, options, version);
  }

  @Override
  String composition() {
    return "with the pack and %,d clients, %,d people, %,d issuers, %,d grants of one person"
        .formatted(CLIENTS, PEOPLE, ISSUERS, GRANTS);
  }

  @Override
  int clients() {
    return CLIENTS;
  }

  @Override
  ObjectNode realm() throws IOException {
    ObjectNode realm = super.realm();
    ArrayNode issuers = (ArrayNode) realm.get("identityProviders");
    ObjectNode first = (ObjectNode) issuers.get(0);
    for (int number = 1; number < ISSUERS; number++) {
      ObjectNode issuer = first.deepCopy().put("alias", NAME + number);
      issuers.add(issuer);
      issuer.withObject("/config").put("issuer", SessionJwts.ISSUER + number);
    }
    for (int number = 0; number < GRANTS / GRANTS_OF_CLIENT; number++) {
      RealmFiles.client(realm, CLIENT + number);
    }
    return realm;
  }

  @Override
  boolean grow(Database databases, String database) throws SQLException {
    databases.multiply(database, CLIENT, CLIENTS);
    String one = " = '" + People.id(0) + "'";
    String id = "substring('%s', 1, 24) || lpad(n::text, 12, '0')".formatted(People.id(0));
    try (Connection connection = databases.connect(database);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          COPIES.formatted(
              "user_entity",
              "'id', %s, 'username', 'grown-' || n, 'email', n || '@grown.test',".formatted(id)
                  + " 'email_constraint', n || '@grown.test'",
              PEOPLE,
              "id" + one));
      statement.executeUpdate(
          COPIES.formatted("user_role_mapping", "'user_id', " + id, PEOPLE, "user_id" + one));
      statement.execute("analyze");
    }
    return true;
  }

  @Override
  public void start(int pair) throws IOException {
    super.start(pair);
    for (int grant = 0; grant < GRANTS; grant++) {
      connect(endpoints().as(CLIENT + grant / GRANTS_OF_CLIENT), new Browser(), 0, SCOPE);
    }
  }
}
