package com.expensicat.keycloak.it;

import java.util.List;

/**
 * Where a server keeps its data.
 *
 * @param kind Keycloak's build option {@code --db}
 * @param name of the database in the PostgreSQL of the test run, if it is there
 * @param options by which {@code kc.sh start} finds it
 */
public record Database(String kind, String name, List<String> options) {

  /** H2 in the server's folder. */
  public static final Database H2 = new Database("dev-file", "", List.of());

  /**
   * A new one in the PostgreSQL of the test run. Servers that name the same share it. Where there
   * is no PostgreSQL it is {@link #H2}, which nobody shares.
   */
  public static Database create() {
    if (Postgres.missing().isPresent()) {
      return H2;
    }
    String name = Postgres.newDatabase();
    return new Database(
        "postgres",
        name,
        List.of(
            "--db-url=" + Postgres.jdbcUrl(name),
            "--db-username=" + Postgres.USER,
            "--db-password=none"));
  }

  /** A new one that several servers can share; where there is none, the test is skipped. */
  public static Database createShared() {
    Postgres.missing()
        .ifPresent(
            why -> Programs.skip("PostgreSQL " + why + ", so servers cannot share a database"));
    return create();
  }

  /** The one value that a query has for an answer, where it is in PostgreSQL. */
  public String value(String sql) {
    return Postgres.value(name, sql);
  }
}
