package com.expensicat.keycloak.load;

import com.expensicat.keycloak.start.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/** What one database on PostgreSQL has done, and how large its tables are. */
final class PostgresCounts {

  private static final String COUNTS =
      """
      select coalesce(sum(calls) filter (where query !~* '^(begin|commit|rollback|set|show)'), 0),
             coalesce(sum(calls) filter (where query ~* '^begin'), 0),
             coalesce(sum(rows) filter (where query ~* '^(insert|update|delete|merge)'), 0)
        from pg_stat_statements s join pg_database d on d.oid = s.dbid
       where datname = current_database() and query !~* 'pg_stat_statements|alter system|pg_reload'
      """;
  private static final String SIZES =
      "select relname, pg_total_relation_size(relid) from pg_stat_user_tables";

  private final Database databases;
  private final String database;

  PostgresCounts(Database databases, String database) {
    this.databases = databases;
    this.database = database;
  }

  /**
   * What has been done since {@link #begin}.
   *
   * @param statements those about transactions and settings excepted
   * @param transactions that were begun; the extension misses commits of a driver that prepares
   *     them
   * @param rows inserted, updated or deleted
   */
  record Counts(long statements, long transactions, long rows) {}

  /** Begins to count, from nothing. */
  void begin() throws SQLException {
    track("all");
    execute("create extension if not exists pg_stat_statements");
    execute("select pg_stat_statements_reset()");
  }

  /** Ends counting, which costs time; a server counts until it is told to end. */
  void end() throws SQLException {
    track("none");
  }

  private void track(String what) throws SQLException {
    execute("alter system set pg_stat_statements.track = '" + what + "'");
    execute("select pg_reload_conf()");
  }

  Counts counts() throws SQLException {
    try (Connection connection = databases.connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(COUNTS)) {
      row.next();
      return new Counts(row.getLong(1), row.getLong(2), row.getLong(3));
    }
  }

  /** Bytes of the log that the whole server has written since it is there. */
  long walBytes() throws SQLException {
    return databases.number(database, "select pg_current_wal_lsn() - '0/0'::pg_lsn");
  }

  /** Bytes of each table with its indexes. */
  Map<String, Long> sizes() throws SQLException {
    Map<String, Long> sizes = new TreeMap<>();
    try (Connection connection = databases.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(SIZES)) {
      while (rows.next()) {
        sizes.put(rows.getString(1), rows.getLong(2));
      }
    }
    return sizes;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = databases.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
