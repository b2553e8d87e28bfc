package com.expensicat.keycloak.load;

import com.expensicat.keycloak.load.Measured.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Fails where the pack clearly costs more processor time than it is allowed to. Its bounds are a
 * table of lines {@code operation<tab>bound}, of the ratio of pack and stock.
 */
final class Gate {

  /** How many times the spread of the rounds a ratio may lie above its bound. */
  private static final double TOLERANCE = 2;

  private Gate() {}

  /** Prints what it saw; whether all is within bounds. */
  static boolean holds(Results results, Path bounds) throws IOException {
    boolean holds = true;
    System.out.println("Processor time of an answer, pack / stock:");
    List<String> lines;
    try (Stream<String> all = Files.lines(bounds)) {
      lines = all.skip(1).toList();
    }
    for (int connections : results.connections()) {
      for (String line : lines) {
        String[] fields = line.split("\t", 2);
        Operation operation = Operation.valueOf(fields[0]);
        List<Double> ratios =
            Results.ratios(
                results.of("pack", operation, connections),
                results.of("stock", operation.peers(), connections),
                Figure.CPU);
        if (!ratios.isEmpty()) {
          Spread spread = Spread.of(ratios);
          double bound = Double.parseDouble(fields[1]);
          boolean isOut = spread.median() > bound + TOLERANCE * spread.width();
          holds &= !isOut;
          System.out.printf(
              Locale.ROOT,
              "  %-36s %s, bound %.2f%s%n",
              operation.title(),
              spread,
              bound,
              isOut ? ": OUT" : "");
        }
      }
    }
    return holds;
  }
}
