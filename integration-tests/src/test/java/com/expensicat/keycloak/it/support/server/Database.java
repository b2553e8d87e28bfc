package com.expensicat.keycloak.it.support.server;

import java.util.List;
import org.junit.jupiter.api.function.Executable;

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
   * A database in which a Keycloak has made its tables and the realm master, which is most of what
   * it does at its first start.
   */
  private static final class Prepared {

    private static final String NAME = make();

    private static String make() {
      Database database = empty();
      KeycloakServer.start(ServerSettings.standard().withoutRealm().on(database)).close();
      return database.name();
    }
  }

  /**
   * A new one in the PostgreSQL of the test run, as another server without realms has left it.
   * Servers that name the same share it. Where there is no PostgreSQL it is {@link #H2}, which
   * nobody shares.
   */
  public static Database create() {
    return Postgres.missing().isPresent() ? H2 : named(Postgres.copyOf(Prepared.NAME));
  }

  /** As {@link #create()}, but as it is before any server has started. */
  public static Database empty() {
    return Postgres.missing().isPresent() ? H2 : named(Postgres.newDatabase());
  }

  private static Database named(String name) {
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

  /**
   * Runs something while no server can read or write a table; where the database is not PostgreSQL,
   * the test is skipped.
   */
  public void whileLocked(String table, Executable action) throws Throwable {
    if (name.isEmpty()) {
      Programs.skip("a table of H2 cannot be locked");
    }
    Postgres.whileLocked(name, table, action);
  }

  /** Does something to it behind the servers' backs, where it is in PostgreSQL. */
  public void execute(String sql) {
    Postgres.execute(name, sql);
  }
}
