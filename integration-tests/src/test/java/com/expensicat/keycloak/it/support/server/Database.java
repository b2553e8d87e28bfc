package com.expensicat.keycloak.it.support.server;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.function.Executable;

/**
 * Where a server keeps its data.
 *
 * @param kind Keycloak's build option {@code --db}
 * @param server the PostgreSQL that it is in, if it is
 * @param name in there
 * @param options by which {@code kc.sh start} finds it
 */
public record Database(String kind, Optional<Postgres> server, String name, List<String> options) {

  /** H2 in the server's folder. */
  public static final Database H2 = new Database("dev-file", Optional.empty(), "", List.of());

  /**
   * A database in which a Keycloak has made its tables and the realm master, which is most of what
   * it does at its first start.
   */
  private static final class Prepared {

    private static final String NAME = preparedIn(Postgres.shared()).name();
  }

  /** A new one in that PostgreSQL, as a server without realms has left it. */
  static Database preparedIn(Postgres server) {
    Database database = emptyIn(server);
    KeycloakServer.start(ServerSettings.standard().withoutRealm().on(database)).close();
    return database;
  }

  /**
   * A new one in the PostgreSQL of the test run, as another server without realms has left it.
   * Servers that name the same share it. Where there is no PostgreSQL it is {@link #H2}, which
   * nobody shares.
   */
  public static Database create() {
    return Postgres.missing().isPresent()
        ? H2
        : named(Postgres.shared(), Postgres.shared().copyOf(Prepared.NAME));
  }

  /** As {@link #create()}, but as it is before any server has started. */
  public static Database empty() {
    return Postgres.missing().isPresent() ? H2 : emptyIn(Postgres.shared());
  }

  private static Database emptyIn(Postgres server) {
    return named(server, server.newDatabase());
  }

  private static Database named(Postgres server, String name) {
    return at(server, name, server.jdbcUrl(name));
  }

  private static Database at(Postgres server, String name, String url) {
    return new Database(
        "postgres",
        Optional.of(server),
        name,
        List.of("--db-url=" + url, "--db-username=" + Postgres.USER, "--db-password=none"));
  }

  /** The same, for a server whose connections say whose they are ({@code application_name}). */
  Database as(String application) {
    Postgres postgres = server.orElseThrow();
    return at(postgres, name, postgres.jdbcUrl(name) + "?ApplicationName=" + application);
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
    return server.orElseThrow().value(name, sql);
  }

  /**
   * Runs something while no server can read or write a table; where the database is not PostgreSQL,
   * the test is skipped.
   */
  public void whileLocked(String table, Executable action) throws Throwable {
    server
        .orElseThrow(() -> Programs.skip("a table of H2 cannot be locked"))
        .whileLocked(name, table, action);
  }

  /** Does something to it behind the servers' backs, where it is in PostgreSQL. */
  public void execute(String sql) {
    server.orElseThrow().execute(name, sql);
  }
}
