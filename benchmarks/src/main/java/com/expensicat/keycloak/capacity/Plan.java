package com.expensicat.keycloak.capacity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What a demand needs, by arithmetic.
 *
 * @param rates how often each operation is done in a second
 */
record Plan(Demand demand, Nodes nodes, Map<Operation, Double> rates) {

  static Plan of(Demand demand, Nodes nodes, List<Operation> operations) {
    double checks = demand.calls() * demand.checked();
    Map<Operation, Double> rates = new LinkedHashMap<>();
    for (Operation operation : operations) {
      rates.put(
          operation,
          switch (operation.name()) {
            case "check, access token" -> checks * (1 - demand.sessionShare());
            case "check, session JWT" -> checks * demand.sessionShare();
            case "login, to the tokens" -> demand.authorizations();
            case "refresh" -> demand.refreshes();
            default -> throw new IllegalArgumentException(operation.name());
          });
    }
    return new Plan(demand, nodes, rates);
  }

  /** Whether an operation is about a grant, and not about a person of the web application. */
  static boolean isOfGrant(Operation operation) {
    return !operation.name().endsWith("session JWT");
  }

  /**
   * How likely a node has in memory what it is asked of: nodes are asked in turn, so each meets all
   * that are at work, and keeps those that it met last.
   */
  double known(Operation operation) {
    return operation.knowsSessions()
        ? Math.min(1, nodes.remembered() / demand.atWork(isOfGrant(operation)))
        : 1;
  }

  /** The same of all operations for which it makes a difference. */
  double known() {
    return sum(one -> one.knowsSessions() ? known(one) : 0)
        / sum(one -> one.knowsSessions() ? 1 : 0);
  }

  /** How many cores are at work on average. */
  double cores() {
    return sum(
        operation -> mean(operation, operation.processor(), operation.strangersProcessor()) / 1000);
  }

  /** How many nodes have that many cores to spare. */
  int nodesNeeded() {
    return (int) Math.ceil(cores() / (nodes.cores() * nodes.usable()));
  }

  /** Statements a second. */
  double statements() {
    return sum(
        operation -> mean(operation, operation.statements(), operation.strangersStatements()));
  }

  /** Connections to the database in use on average (Little's law). */
  double connections() {
    return statements() * nodes.roundTrip() / 1000;
  }

  /** Rows that are written in a second. */
  double rows() {
    return sum(Operation::rows);
  }

  private double mean(Operation operation, double known, double stranger) {
    double share = known(operation);
    return share * known + (1 - share) * stranger;
  }

  private double sum(ToDoubleFunction<Operation> cost) {
    return rates.entrySet().stream()
        .mapToDouble(rate -> rate.getValue() * cost.applyAsDouble(rate.getKey()))
        .sum();
  }
}
