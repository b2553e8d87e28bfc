package com.expensicat.keycloak.it.support.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.it.support.http.Parameters;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Tables of cases in the resources: columns divided by {@code |}, a header line first. */
public final class Cases {

  private Cases() {}

  /** Each row of the table at each set of addresses. */
  public static Stream<Arguments> atEachAddress(String table) {
    return Stream.of(Addresses.values())
        .flatMap(
            addresses ->
                rows(table).stream()
                    .map(row -> Arguments.of(Stream.concat(Stream.of(addresses), row).toArray())));
  }

  /** The rows, a column each an argument. */
  public static Stream<Arguments> of(String table) {
    return rows(table).stream().map(row -> Arguments.of(row.toArray()));
  }

  private static List<Stream<String>> rows(String table) {
    try (InputStream file = Cases.class.getResourceAsStream("/" + table)) {
      return new String(file.readAllBytes(), UTF_8)
          .lines()
          .skip(1)
          .filter(Predicate.not(String::isBlank))
          .map(line -> Stream.of(line.split("\\|", -1)).map(String::strip))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A change of a request as the tables write it: {@code -name} takes a parameter out, {@code
   * name=value} sets it, {@code +name=value} adds it once more; several are divided by {@code &}.
   */
  public static UnaryOperator<Parameters> change(String text) {
    return Stream.of(text.split("&", -1))
        .map(Cases::oneChange)
        .reduce(request -> request, (first, second) -> r -> second.apply(first.apply(r)));
  }

  private static UnaryOperator<Parameters> oneChange(String text) {
    if (text.startsWith("-")) {
      return request -> request.without(text.substring(1));
    }
    boolean repeats = text.startsWith("+");
    String[] pair = (repeats ? text.substring(1) : text).split("=", 2);
    return request -> repeats ? request.and(pair[0], pair[1]) : request.with(pair[0], pair[1]);
  }
}
