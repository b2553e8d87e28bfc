package com.expensicat.keycloak.start;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** A database management system and one database in it after the other. */
public abstract class Database implements AutoCloseable {

  /** Who may do everything on PostgreSQL, without a password. */
  public static final String USER = "postgres";

  /** Columns that say which client a row belongs to, by table. */
  private static final List<List<String>> TABLES =
      List.of(
          List.of("client", "id"),
          List.of("client_attributes", "client_id"),
          List.of("redirect_uris", "client_id"),
          List.of("web_origins", "client_id"),
          List.of("client_scope_client", "client_id"));

  /**
   * Starts it, if it is one that is started.
   *
   * @param kind {@code postgres}, or {@code h2} in a file
   * @param work where its files may lie
   */
  public static Database of(String kind, Path work, Path distribution) throws IOException {
    return switch (kind) {
      case "postgres" -> postgres(work, Duration.ZERO);
      case "h2" -> new H2(work, distribution);
      default -> throw new IllegalArgumentException("There is no database " + kind);
    };
  }

  /**
   * Starts a PostgreSQL.
   *
   * @param work where its files may lie
   * @param delay how much later its answers come to a server that connects by {@link #url}
   */
  public static Database postgres(Path work, Duration delay) throws IOException {
    return new Postgres(work, delay);
  }

  /** Keycloak's {@code --db}. */
  public abstract String kind();

  /** Makes an empty database. */
  public abstract void create(String name) throws SQLException, IOException;

  /** Makes a database with what another holds, which no server uses. */
  abstract void copy(String from, String to) throws SQLException, IOException;

  /** Where Keycloak finds a database. */
  public abstract List<String> options(String name);

  /** Where a database is, for JDBC. */
  public abstract String url(String name);

  public abstract Connection connect(String name) throws SQLException;

  /** A query for the numbers from 1 to a number, as {@code n}. */
  abstract String numbers(int last);

  /** The process of its server, where it has one of its own. */
  public abstract Optional<ProcessHandle> process();

  @Override
  public void close() throws IOException {}

  /** Copies clients whose client id begins with a text until there are so many more. */
  public void multiply(String name, String prototypes, int count) throws SQLException {
    try (Connection connection = connect(name);
        Statement statement = connection.createStatement()) {
      String chosen = "select id from client where client_id like '" + prototypes + "%'";
      int originals = 0;
      try (ResultSet rows = statement.executeQuery(chosen)) {
        while (rows.next()) {
          originals++;
        }
      }
      int last = count / originals;
      for (List<String> table : TABLES) {
        String id = table.get(1);
        List<String> values = new ArrayList<>();
        List<String> columns = columns(statement, table.get(0));
        for (String column : columns) {
          if (column.equals(id)) {
            values.add("substring(t." + id + ", 1, 24) || lpad(cast(n as varchar(9)), 12, '0')");
          } else if (column.equals("client_id")) {
            values.add("t.client_id || '-' || cast(n as varchar(9))");
          } else {
            values.add("t." + column);
          }
        }
        statement.executeUpdate(
            "insert into %s (%s) select %s from %s t cross join %s where t.%s in (%s)"
                .formatted(
                    table.get(0),
                    String.join(", ", columns),
                    String.join(", ", values),
                    table.get(0),
                    numbers(last),
                    id,
                    chosen));
      }
      statement.execute("analyze");
    }
  }

  private static List<String> columns(Statement statement, String table) throws SQLException {
    List<String> columns = new ArrayList<>();
    try (ResultSet none = statement.executeQuery("select * from " + table + " where 1 = 0")) {
      for (int i = 1; i <= none.getMetaData().getColumnCount(); i++) {
        columns.add(none.getMetaData().getColumnName(i).toLowerCase(Locale.ROOT));
      }
    }
    return columns;
  }

  /** The one number that a query has for an answer. */
  public long number(String name, String sql) throws SQLException {
    try (Connection connection = connect(name);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** A real one out of Maven's repository, on loopback. */
  private static final class Postgres extends Database {

    private final Path folder;
    private final EmbeddedPostgres server;
    private final Optional<SlowRoad> road;

    Postgres(Path work, Duration delay) throws IOException {
      folder = work.resolve("postgres");
      Redirect log = Redirect.appendTo(work.resolve("postgres.log").toFile());
      server =
          EmbeddedPostgres.builder()
              .setDataDirectory(folder)
              .setOverrideWorkingDirectory(work.resolve("postgres-binaries").toFile())
              .setLocaleConfig("locale-provider", "builtin")
              .setLocaleConfig("builtin-locale", "C.UTF-8")
              .setLocaleConfig("locale", "C")
              .setServerConfig("listen_addresses", "127.0.0.1")
              .setServerConfig("unix_socket_directories", "")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("shared_preload_libraries", "pg_stat_statements")
              .setOutputRedirector(log)
              .setErrorRedirector(log)
              .start();
      road =
          delay.isZero()
              ? Optional.empty()
              : Optional.of(new SlowRoad(server.getPort(), delay.toNanos()));
    }

    @Override
    public String kind() {
      return "postgres";
    }

    @Override
    public void create(String name) throws SQLException {
      copy("template1", name);
    }

    @Override
    void copy(String from, String to) throws SQLException {
      try (Connection connection = connect(USER);
          Statement statement = connection.createStatement()) {
        statement.execute("create database " + to + " template " + from);
      }
    }

    @Override
    public List<String> options(String name) {
      return List.of("--db-url=" + url(name), "--db-username=" + USER, "--db-password=none");
    }

    @Override
    public String url(String name) {
      return "jdbc:postgresql://127.0.0.1:%d/%s"
          .formatted(road.map(SlowRoad::entrance).orElseGet(server::getPort), name);
    }

    @Override
    public Connection connect(String name) throws SQLException {
      return server.getDatabase(USER, name).getConnection();
    }

    @Override
    public Optional<ProcessHandle> process() {
      try (Stream<String> lines = Files.lines(folder.resolve("postmaster.pid"))) {
        return lines.findFirst().map(Long::parseLong).flatMap(ProcessHandle::of);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    String numbers(int last) {
      return "generate_series(1, " + last + ") as numbers(n)";
    }

    @Override
    public void close() throws IOException {
      if (road.isPresent()) {
        road.get().close();
      }
      server.close();
    }
  }

  /** As Keycloak ships it, in a file. */
  private static final class H2 extends Database {

    private static final String OWNER = "sa";
    private static final String PASSWORD = "password";

    private final Path work;
    private final Driver driver;

    H2(Path work, Path distribution) throws IOException {
      this.work = Files.createDirectories(work.resolve("h2"));
      PathMatcher jar = FileSystems.getDefault().getPathMatcher("glob:**/com.h2database.h2-*.jar");
      try (Stream<Path> files = Files.walk(distribution)) {
        URL[] found = {files.filter(jar::matches).findFirst().orElseThrow().toUri().toURL()};
        driver =
            (Driver)
                new URLClassLoader(found)
                    .loadClass("org.h2.Driver")
                    .getDeclaredConstructor()
                    .newInstance();
      } catch (ReflectiveOperationException e) {
        throw new IOException(e);
      }
    }

    @Override
    public String kind() {
      return "dev-file";
    }

    @Override
    public void create(String name) {
      // Whoever connects first makes it.
    }

    @Override
    void copy(String from, String to) throws IOException {
      Files.copy(work.resolve(from + ".mv.db"), work.resolve(to + ".mv.db"));
    }

    @Override
    public List<String> options(String name) {
      return List.of(
          "--db-url=" + url(name), "--db-username=" + OWNER, "--db-password=" + PASSWORD);
    }

    @Override
    public String url(String name) {
      return "jdbc:h2:file:" + work.resolve(name) + ";NON_KEYWORDS=VALUE;DB_CLOSE_ON_EXIT=FALSE";
    }

    @Override
    public Connection connect(String name) throws SQLException {
      Properties login = new Properties();
      login.setProperty("user", OWNER);
      login.setProperty("password", PASSWORD);
      return driver.connect(url(name), login);
    }

    @Override
    public Optional<ProcessHandle> process() {
      return Optional.empty();
    }

    @Override
    String numbers(int last) {
      return "(select x as n from system_range(1, " + last + ")) as numbers";
    }
  }
}
