package com.expensicat.keycloak.it.interop;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.server.Artifacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;

/**
 * The page {@code docs/clients.md}, a table at the end of it: a line for each client that finished
 * its run. With the system property {@code pages.write} the line is written, otherwise it must be
 * there already.
 */
final class ClientTable {

  private static final String HEAD = "| client |";

  private ClientTable() {}

  /**
   * What is to be said of a client.
   *
   * @param name of the client, and what is special about this run
   * @param kind what it is used as
   * @param authentication how it authenticates, by the names of RFC 7591
   * @param told what it needs to be told beside issuer, client id, redirect URI and secret or key
   * @param did what was done with it
   * @param pinned whether this repository chooses its version, and not the machine
   */
  record Notes(
      String name, String kind, String authentication, String told, String did, boolean pinned) {

    private String line(String version, String test) {
      return "| "
          + String.join(" | ", name, version, kind, authentication, told, did, "`" + test + "`")
          + " |";
    }

    private boolean isAt(String line) {
      return line.startsWith("| " + name + " | ");
    }
  }

  /**
   * To be called when a client has done all that it should.
   *
   * @param version as the client itself tells it
   * @param test the test that ran it, as {@code Class#method}
   */
  static void finished(Notes notes, String version, String test) {
    try {
      String page = Files.readString(Artifacts.CLIENTS_PAGE);
      if (Boolean.getBoolean("pages.write")) {
        Files.writeString(Artifacts.CLIENTS_PAGE, with(page, notes, notes.line(version, test)));
      } else {
        String known = page.lines().filter(notes::isAt).findFirst().orElse("");
        String expected = notes.pinned() || known.isEmpty() ? version : versionIn(known);
        assertThat(known)
            .as("The line in docs/clients.md, which -Dpages.write=true writes")
            .isEqualTo(notes.line(expected, test));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String versionIn(String line) {
    return line.split(" \\| ", 3)[1];
  }

  /** The page with that line in its place among the others, which are sorted. */
  private static String with(String page, Notes notes, String line) {
    List<String> lines = page.lines().filter(other -> !notes.isAt(other)).toList();
    Stream<String> table =
        Stream.concat(lines.stream().filter(ClientTable::isRow), Stream.of(line))
            .sorted(String.CASE_INSENSITIVE_ORDER);
    Stream<String> text = lines.stream().filter(other -> !isRow(other));
    return Stream.concat(text, table).map(each -> each + "\n").collect(joining());
  }

  private static boolean isRow(String line) {
    return line.startsWith("| ") && !line.startsWith(HEAD);
  }
}
