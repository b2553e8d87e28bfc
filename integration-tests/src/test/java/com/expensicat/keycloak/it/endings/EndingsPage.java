package com.expensicat.keycloak.it.endings;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.endings.Holding.Thing;
import com.expensicat.keycloak.it.support.server.Artifacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.stream.Stream;

/**
 * The table in {@code docs/endings.md}, for admins. With the system property {@code pages.write} it
 * is written, otherwise it must be there already.
 */
final class EndingsPage {

  private static final String BEGIN = "<!-- The table is written by the tests that show it. -->\n";
  private static final String END = "\n<!-- End of the table. -->";

  private EndingsPage() {}

  /** Compares the page with the table that the tests run, or writes it there. */
  static void hold() {
    try {
      String page = Files.readString(Artifacts.ENDINGS_PAGE);
      int begin = page.indexOf(BEGIN) + BEGIN.length();
      String expected = page.substring(0, begin) + table() + page.substring(page.indexOf(END));
      if (Boolean.getBoolean("pages.write")) {
        Files.writeString(Artifacts.ENDINGS_PAGE, expected);
      } else {
        assertThat(page)
            .as("The table in docs/endings.md, which -Dpages.write=true writes")
            .isEqualTo(expected);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String table() {
    Stream<String> head =
        Stream.of(
            row("what ends it", Stream.of(Thing.values()).map(Thing::words)),
            "|---".repeat(Thing.values().length + 1) + "|");
    Stream<String> rows =
        Stream.of(Ending.values())
            .map(
                ending ->
                    row(
                        ending.words(),
                        Stream.of(Thing.values()).map(thing -> ending.ends(thing) ? "ends" : "")));
    return Stream.concat(head, rows).collect(joining("\n"));
  }

  private static String row(String first, Stream<String> others) {
    return Stream.concat(Stream.of(first), others).collect(joining(" | ", "| ", " |"));
  }
}
