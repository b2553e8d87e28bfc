package com.expensicat.keycloak.it.support.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The guide's table of scopes, in its order. */
public final class ScopeTable {

  /** One row of the table. */
  public record Row(String scope, String description) {}

  public static final List<Row> ROWS = read();
  public static final List<String> SCOPES = ROWS.stream().map(Row::scope).toList();

  private ScopeTable() {}

  private static List<Row> read() {
    try (InputStream table = ScopeTable.class.getResourceAsStream("/scopes.tsv")) {
      return new String(table.readAllBytes(), UTF_8)
          .lines()
          .skip(1)
          .map(line -> line.split("\t", 2))
          .map(row -> new Row(row[0], row[1]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
