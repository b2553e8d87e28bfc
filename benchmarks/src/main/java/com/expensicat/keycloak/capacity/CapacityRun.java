package com.expensicat.keycloak.capacity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Prints what the demand of {@code docs/capacity.md} needs, as the settings are turned. */
public final class CapacityRun {

  private static final int REQUESTS = 400_000;

  private final List<Operation> operations;

  private CapacityRun(List<Operation> operations) {
    this.operations = operations;
  }

  /**
   * Prints a table.
   *
   * @param arguments the file with the measured figures
   */
  public static void main(String[] arguments) throws IOException {
    CapacityRun run = new CapacityRun(read(Path.of(arguments[0])));
    Nodes shipped = new Nodes(1, 4, 0.6, 100, 0.5, 10_000);
    Nodes enough = new Nodes(1, 4, 0.6, 100, 0.5, 600_000);
    Demand large = Demand.LARGE;
    System.out.println(
        "| | cores | nodes | in memory | statements/s | connections | rows/s | p50 ms | p99 ms |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    run.row("as shipped", large, shipped);
    run.row("memory for all that are at work", large, enough);
    run.row("and access tokens of 15 minutes", large.withTokensOf(900), enough);
    run.row("and gateways that remember for 10 s", large.withTokensOf(900).remembering(10), enough);
    run.row("or verification in the API", large.withTokensOf(900).unchecked(), enough);
    run.row("or one of four realms", large.withTokensOf(900).dividedBy(4), enough);
  }

  private void row(String name, Demand demand, Nodes nodes) {
    int needed = Math.max(3, Plan.of(demand, nodes, operations).nodesNeeded());
    Plan plan = Plan.of(demand, nodes.ofNumber(needed), operations);
    Simulation.Outcome outcome = new Simulation(plan, 1).run(REQUESTS);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.1f (%.1f) | %d | %.0f %% (%.0f %%) | %,.0f | %.1f (%.1f) | %,.0f | %.1f | %.1f |%n",
        name,
        plan.cores(),
        outcome.cores(),
        needed,
        100 * plan.known(),
        100 * outcome.known(),
        plan.statements(),
        plan.connections(),
        outcome.connections(),
        plan.rows(),
        outcome.median(),
        outcome.slowest());
  }

  private static List<Operation> read(Path table) throws IOException {
    return Files.readAllLines(table).stream()
        .skip(1)
        .map(line -> line.split("\t", -1))
        .map(
            cells ->
                new Operation(
                    cells[0],
                    Double.parseDouble(cells[1]),
                    Double.parseDouble(cells[2]),
                    Double.parseDouble(cells[3]),
                    Double.parseDouble(cells[4]),
                    Double.parseDouble(cells[5])))
        .toList();
  }
}
