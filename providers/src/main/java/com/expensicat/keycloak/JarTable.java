package com.expensicat.keycloak;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;

/** A table in the jar: UTF-8, a header line, then one row a line, its columns divided by tabs. */
public final class JarTable {

  private JarTable() {}

  /**
   * All rows, in their order.
   *
   * @param path of the file in the jar, with a slash in front
   * @param row made of the columns of a line
   */
  public static <R> List<R> read(String path, Function<String[], R> row) {
    try (BufferedReader file =
        new BufferedReader(
            new InputStreamReader(JarTable.class.getResourceAsStream(path), UTF_8))) {
      return file.lines().skip(1).map(line -> row.apply(line.split("\t", -1))).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
