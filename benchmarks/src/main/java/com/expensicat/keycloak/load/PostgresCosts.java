package com.expensicat.keycloak.load;

import com.expensicat.keycloak.start.Database;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a target has its database on PostgreSQL do, apart from any measurement of time. */
final class PostgresCosts {

  private static final int UNITS = 50; // of each connection
  private static final String COUNTS =
      """
      select coalesce(sum(calls) filter (where query !~* '^(begin|commit|rollback|set|show)'), 0),
             coalesce(sum(calls) filter (where query ~* '^begin'), 0),
             coalesce(sum(rows) filter (where query ~* '^(insert|update|delete|merge)'), 0)
        from pg_stat_statements s join pg_database d on d.oid = s.dbid
       where datname = current_database() and query !~* 'pg_(stat_statements|current_wal|reload)'
      """;
  private static final String WAL = "select pg_current_wal_lsn() - '0/0'::pg_lsn";
  private static final String SIZES =
      "select relname, pg_total_relation_size(relid) from pg_stat_user_tables";

  private final Target target;
  private final Database databases;
  private final String database;

  /**
   * @param target that is started, and has a database there
   */
  PostgresCosts(Target target, Database databases) {
    this.target = target;
    this.databases = databases;
    this.database = target.database().orElseThrow();
  }

  /** What it does for an answer to each of these operations that the target has. */
  List<Results.DatabaseCost> of(List<Operation> operations, int connections)
      throws IOException, SQLException {
    List<Results.DatabaseCost> costs = new ArrayList<>();
    for (Operation operation : operations) {
      if (target.has(operation)) {
        costs.add(of(operation, connections));
      }
    }
    return costs;
  }

  private Results.DatabaseCost of(Operation operation, int connections)
      throws IOException, SQLException {
    List<? extends Work> works = target.work(operation, connections, 1);
    track("all");
    execute("create extension if not exists pg_stat_statements");
    execute("select pg_stat_statements_reset()");
    long wal = databases.number(database, WAL);
    Sample sample = new Generator(target.address()).repeat(works, UNITS);
    if (!sample.isGood()) {
      throw new IOException(target.name() + ": " + sample.failure());
    }
    double answers = sample.answers();
    try (Connection connection = databases.connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(COUNTS)) {
      row.next();
      return new Results.DatabaseCost(
          target.name(),
          operation,
          sample.answers(),
          row.getLong(1) / answers,
          row.getLong(2) / answers,
          row.getLong(3) / answers,
          (databases.number(database, WAL) - wal) / answers);
    } finally {
      stopCounting();
    }
  }

  /** Has the server count no statements, which costs time; it does until it is told. */
  void stopCounting() throws SQLException {
    track("none");
  }

  private void track(String what) throws SQLException {
    execute("alter system set pg_stat_statements.track = '" + what + "'");
    execute("select pg_reload_conf()");
  }

  /** What so many grants add to the tables. */
  Results.GrantSize grants(int count) throws IOException, SQLException {
    Map<String, Long> before = sizes();
    for (int i = 0; i < count; i++) {
      target.grant(i);
    }
    Map<String, Double> grown = new TreeMap<>();
    for (Map.Entry<String, Long> table : sizes().entrySet()) {
      long more = table.getValue() - before.getOrDefault(table.getKey(), 0L);
      if (more > 0) {
        grown.put(table.getKey(), (double) more / count);
      }
    }
    double total = grown.values().stream().mapToDouble(Double::doubleValue).sum();
    return new Results.GrantSize(target.name(), count, total, grown);
  }

  /** Bytes of each table with its indexes. */
  private Map<String, Long> sizes() throws SQLException {
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
