package com.expensicat.keycloak.load;

import com.expensicat.keycloak.load.Measured.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The results as Markdown. */
final class Tables {

  private static final String PACK = "pack";
  private static final String STOCK = "stock";

  private final Results results;
  private final StringBuilder text = new StringBuilder();

  private Tables(Results results) {
    this.results = results;
  }

  static String of(Results results) {
    return new Tables(results).write();
  }

  private String write() {
    line(
        "%s; %s. Options: %s."
            .formatted(
                results.date(), joined(results.machine(), " "), joined(results.options(), " ")));
    line("");
    results.targets().forEach((name, title) -> line("- `" + name + "`: " + title));
    line("");
    for (int connections : results.connections()) {
      all(connections);
      pairs(connections);
      floor(connections);
    }
    costs();
    grants();
    good();
    return text.toString();
  }

  private static String joined(Map<String, String> values, String between) {
    return values.entrySet().stream()
        .map(one -> one.getKey() + between + one.getValue())
        .collect(Collectors.joining(", "));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  /** A table, unless it is empty. */
  private void table(String title, String columns, List<String> rows) {
    if (!rows.isEmpty()) {
      line("### " + title);
      line("");
      line("| " + columns + " |");
      line(columns.replaceAll("[^|]+", "---").replaceAll("^|$", "|"));
      rows.forEach(this::line);
      line("");
    }
  }

  /** Medians over the rounds of all pairs; ratios are taken round by round. */
  private void all(int connections) {
    List<String> rows = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      List<Measured> ours = results.of(PACK, operation, connections);
      for (String target : results.targets().keySet()) {
        List<Measured> theirs = results.of(target, operation, connections);
        if (!theirs.isEmpty()) {
          boolean isPeer = !target.equals(PACK);
          rows.add(
              "| %s | %s | %s | %s | %s | %s | %s | %s | %s |"
                  .formatted(
                      operation.title(),
                      target,
                      spread(theirs.stream().map(Measured::rate).toList()),
                      median(theirs.stream().map(Measured::p50).toList()),
                      median(theirs.stream().map(Measured::p99).toList()),
                      median(theirs.stream().map(Measured::cpu).toList()),
                      median(theirs.stream().map(Measured::databaseCpu).toList()),
                      isPeer ? spread(Results.ratios(ours, theirs, Figure.RATE)) : "",
                      isPeer ? spread(Results.ratios(ours, theirs, Figure.CPU)) : ""));
        }
      }
    }
    table(
        connections + " connections",
        "operation | server | answers a second | p50 ms | p99 ms | processor ms an answer"
            + " | its database's | pack / it, rate | pack / it, processor",
        rows);
  }

  /** The pack beside Keycloak alone, each pair of JVMs. */
  private void pairs(int connections) {
    List<String> rows = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      for (int pair : results.pairs()) {
        List<Measured> ours = ofPair(PACK, operation, connections, pair);
        List<Measured> theirs = ofPair(STOCK, operation.peers(), connections, pair);
        if (!ours.isEmpty() && !theirs.isEmpty()) {
          rows.add(
              "| %s | %d | %s | %s | %s |"
                  .formatted(
                      operation.title(),
                      pair,
                      spread(Results.ratios(ours, theirs, Figure.RATE)),
                      spread(Results.ratios(ours, theirs, Figure.P99)),
                      spread(Results.ratios(ours, theirs, Figure.CPU))));
        }
      }
    }
    table(
        "Pack / stock, each pair, " + connections + " connections",
        "operation | pair | rate | p99 | processor time",
        rows);
  }

  /** Check beside Keycloak's own 204 of the same server. */
  private void floor(int connections) {
    List<String> rows = new ArrayList<>();
    for (Operation operation :
        List.of(Operation.CHECK_SESSION, Operation.CHECK_NEW_SESSION, Operation.CHECK_ACCESS)) {
      for (int pair : results.pairs()) {
        List<Measured> ours = ofPair(PACK, operation, connections, pair);
        List<Measured> floor = ofPair(PACK, Operation.FLOOR, connections, pair);
        if (!ours.isEmpty() && !floor.isEmpty()) {
          rows.add(
              "| %s | %d | %s |"
                  .formatted(
                      operation.title(), pair, spread(Results.ratios(ours, floor, Figure.CPU))));
        }
      }
    }
    table(
        "Check / Keycloak's own 204 of the same server, " + connections + " connections",
        "operation | pair | processor time",
        rows);
  }

  private List<Measured> ofPair(String target, Operation operation, int connections, int pair) {
    return results.of(target, operation, connections).stream()
        .filter(one -> one.pair() == pair)
        .toList();
  }

  private void costs() {
    List<String> rows = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      for (Results.DatabaseCost cost : results.costs()) {
        if (cost.operation() == operation) {
          rows.add(
              String.format(
                  Locale.ROOT,
                  "| %s | %s | %.1f | %.1f | %.1f | %,.0f |",
                  operation.title(),
                  cost.target(),
                  cost.statements(),
                  cost.transactions(),
                  cost.rows(),
                  cost.walBytes()));
        }
      }
    }
    table(
        "What PostgreSQL does for an answer",
        "operation | server | statements | transactions | rows written | bytes of its log",
        rows);
  }

  private void grants() {
    for (Results.GrantSize size : results.grants()) {
      line(
          String.format(
              Locale.ROOT,
              "A grant takes %,.0f bytes in the tables of `%s` and their indexes (mean of %d): %s.",
              size.total(),
              size.target(),
              size.grants(),
              size.bytes().entrySet().stream()
                  .map(one -> "%s %,.0f".formatted(one.getKey(), one.getValue()))
                  .collect(Collectors.joining(", "))));
      line("");
    }
  }

  private void good() {
    List<Measured> failed =
        results.measured().stream().filter(one -> !one.failure().isEmpty()).toList();
    long answers = results.measured().stream().mapToLong(Measured::answers).sum();
    line(
        failed.isEmpty()
            ? String.format(Locale.ROOT, "All %,d answers were right.", answers)
            : failed.size() + " runs failed, which is no result; the first of them:");
    failed.stream()
        .limit(1)
        .forEach(one -> line(one.target() + ", " + one.operation().title() + ": " + one.failure()));
  }

  private static String spread(List<Double> values) {
    return values.isEmpty() ? "" : Spread.of(values).toString();
  }

  private static String median(List<Double> values) {
    return Spread.number(Spread.of(values).median());
  }
}
