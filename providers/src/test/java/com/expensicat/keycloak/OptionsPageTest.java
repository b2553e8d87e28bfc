package com.expensicat.keycloak;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.keycloak.provider.ProviderConfigProperty;

/**
 * The table in {@code docs/options.md}, for those who run a server: each option as its provider
 * declares it. With the system property {@code pages.write} it is written, otherwise it must be
 * there already.
 */
class OptionsPageTest {

  private static final Path PAGE = Path.of("..", "docs", "options.md");

  private static final String BEGIN =
      "<!-- The table is written by the test that compares it with the code. -->\n";
  private static final String END = "\n<!-- End of the table. -->";

  @Test
  void theTableHasEachOptionAsItsProviderDeclaresIt() throws Exception {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    String expected = page.substring(0, begin) + table() + page.substring(page.indexOf(END));
    if (Boolean.getBoolean("pages.write")) {
      Files.writeString(PAGE, expected);
    } else {
      assertThat(page)
          .as("The table in docs/options.md, which -Dpages.write=true writes")
          .isEqualTo(expected);
    }
  }

  private static String table() throws Exception {
    Stream<String> head = Stream.of(row("option", "default", ""), "|---|---|---|");
    Stream<String> rows =
        RegisteredProvider.ofThePack().stream()
            .sorted(Comparator.comparing(RegisteredProvider::name))
            .flatMap(OptionsPageTest::rows);
    return Stream.concat(head, rows).collect(joining("\n"));
  }

  private static String row(String... cells) {
    return Stream.of(cells).collect(joining(" | ", "| ", " |"));
  }

  private static String code(String text) {
    return '`' + text + '`';
  }

  private static Stream<String> rows(RegisteredProvider provider) {
    return provider.options().stream()
        .map(
            option ->
                row(
                    code(provider.option(option.getName())),
                    option.getDefaultValue() == null
                        ? ""
                        : code(option.getDefaultValue().toString()),
                    help(option)));
  }

  private static String help(ProviderConfigProperty option) {
    List<String> values = option.getOptions();
    return values == null || values.isEmpty()
        ? option.getHelpText()
        : option.getHelpText()
            + " One of "
            + values.stream().map(OptionsPageTest::code).collect(joining(", "))
            + ".";
  }
}
