package com.expensicat.keycloak.load;

import com.expensicat.keycloak.load.Measured.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes results into a folder, and into the page about them. */
final class Report {

  private static final String FILE = "benchmarks.json";
  private static final String PAGE = "benchmarks.md";
  private static final String BEGIN =
      "<!-- What follows is written by benchmarks/compare.sh. -->\n";
  private static final String END = "<!-- End of it. -->\n";

  private final Results results;
  private final String tables;

  Report(Results results) {
    this.results = results;
    this.tables = Tables.of(results);
  }

  String tables() {
    return tables;
  }

  /** Everything into one folder. */
  void write(Path folder) throws IOException {
    results.write(folder.resolve(FILE));
    Files.writeString(folder.resolve(PAGE), tables);
    pictures(folder);
  }

  /**
   * The pictures into {@code docs/pictures}, the figures beside the page, the tables into it.
   *
   * @param docs the folder of the page
   */
  void publish(Path docs) throws IOException {
    pictures(docs.resolve("pictures"));
    results.write(docs.resolve(FILE));
    Path page = docs.resolve(PAGE);
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(page.getFileName() + " does not say where tables go.");
    }
    Files.writeString(
        page,
        text.substring(0, begin + BEGIN.length())
            + '\n'
            + picture("Answers a second, in medians; each operation on a scale of its own", "rate")
            + picture("Processor time of the server, ms an answer", "cpu")
            + picture("Processor time of an answer, pack / stock, each pair of JVMs", "ratios")
            + tables
            + '\n'
            + text.substring(end));
  }

  private static String picture(String title, String name) {
    return """
        %1$s:

        <picture>
          <source media="(prefers-color-scheme: dark)" srcset="pictures/benchmarks-%2$s-dark.svg">
          <img alt="%1$s" src="pictures/benchmarks-%2$s-light.svg">
        </picture>

        """
        .formatted(title, name);
  }

  /** Those of the last number of connections. */
  private void pictures(Path folder) throws IOException {
    int connections = results.connections().get(results.connections().size() - 1);
    for (Plots.Theme theme : Plots.Theme.values()) {
      String end = '-' + theme.name().toLowerCase(Locale.ROOT) + ".svg";
      Files.writeString(
          folder.resolve("benchmarks-rate" + end),
          new Plots(results, connections, theme).bars(Figure.RATE));
      Files.writeString(
          folder.resolve("benchmarks-cpu" + end),
          new Plots(results, connections, theme).bars(Figure.CPU));
      Files.writeString(
          folder.resolve("benchmarks-ratios" + end),
          new Plots(results, connections, theme).ratios(Figure.CPU));
    }
  }
}
