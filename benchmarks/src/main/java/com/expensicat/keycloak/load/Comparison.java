package com.expensicat.keycloak.load;

import com.expensicat.keycloak.start.Database;
import com.expensicat.keycloak.start.ProcessTime;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the same work of several servers. They take turns within each round, so that a machine
 * that gets slower is so for all of them, and are started anew for each pair.
 */
final class Comparison {

  private final Options options;
  private final List<Target> targets;
  private final Database databases;
  private final List<Operation> operations;
  private final List<Measured> measured = new ArrayList<>();
  private final List<Results.DatabaseCost> costs = new ArrayList<>();
  private final List<Results.GrantSize> grants = new ArrayList<>();

  Comparison(Options options, List<Target> targets, Database databases) {
    this.options = options;
    this.targets = targets;
    this.databases = databases;
    this.operations = options.operations();
  }

  /**
   * All of it.
   *
   * @param date when it began
   */
  Results run(String date, Map<String, String> machine) throws IOException, SQLException {
    for (int pair = 1; pair <= options.number("pairs"); pair++) {
      try {
        pair(pair);
      } finally {
        for (Target target : targets) {
          target.close();
        }
      }
    }
    Map<String, String> titles = new LinkedHashMap<>();
    for (Target target : targets) {
      titles.put(target.name(), target.title());
    }
    return new Results(date, machine, options.ofMeasurement(), titles, measured, costs, grants);
  }

  private void pair(int pair) throws IOException, SQLException {
    for (Target target : targets) {
      System.out.println("Starting " + target.title());
      target.start(pair);
      if (target.database().isPresent()) {
        PostgresCosts postgres = new PostgresCosts(target, databases);
        postgres.stopCounting();
        if (pair == 1 && options.number("grants") > 0) {
          System.out.printf("  %d grants%n", options.number("grants"));
          grants.add(postgres.grants(options.number("grants")));
        }
      }
    }
    int duration = options.number("duration");
    int warmUps = (options.number("warm-up") + duration - 1) / duration;
    for (int i = 1; i <= warmUps; i++) {
      System.out.printf("Warming up, %d of %d%n", i, warmUps);
      List<Integer> connections = options.connections();
      turn(pair, 0, connections.get(connections.size() - 1));
    }
    for (int round = 1; round <= options.number("rounds"); round++) {
      for (int connections : options.connections()) {
        System.out.printf(
            "Pair %d, round %d of %d, %d connections%n",
            pair, round, options.number("rounds"), connections);
        turn(pair, round, connections);
      }
    }
    if (pair == 1 && options.number("grants") > 0) {
      for (Target target : targets) {
        if (target.database().isPresent()) {
          costs.addAll(
              new PostgresCosts(target, databases).of(operations, options.connections().get(0)));
        }
      }
    }
  }

  /** Each operation of each target once; who is first changes. Round 0 does not count. */
  private void turn(int pair, int round, int connections) {
    for (Operation operation : operations) {
      for (int i = 0; i < targets.size(); i++) {
        Target target = targets.get((i + round) % targets.size());
        if (target.has(operation)) {
          Measured one = measure(target, operation, connections, pair, round);
          System.out.printf(
              Locale.ROOT,
              "  %-36s %-14s %8s a second, %7s ms of processor time an answer %s%n",
              operation.title(),
              target.name(),
              Spread.number(one.rate()),
              Spread.number(one.cpu()),
              one.failure());
          if (round > 0 || !one.failure().isEmpty()) {
            measured.add(one);
          }
        }
      }
    }
  }

  private Measured measure(
      Target target, Operation operation, int connections, int pair, int round) {
    int seconds = options.number("duration");
    Sample sample;
    double[] before = new double[3];
    double[] after = new double[3];
    try {
      List<? extends Work> works = target.work(operation, connections, seconds);
      before = times(target);
      sample = new Generator(target.address()).run(works, seconds);
      after = times(target);
    } catch (IOException e) {
      sample = new Sample(0, 1, 0, 0, e.toString());
    }
    double thousands = Math.max(1, sample.answers()) / 1000.0;
    return new Measured(
        target.name(),
        operation,
        connections,
        pair,
        round,
        sample.answers(),
        sample.rate(),
        sample.p50(),
        sample.p99(),
        (after[0] - before[0]) / thousands,
        (after[1] - before[1]) / thousands,
        (after[2] - before[2]) / thousands,
        sample.failure());
  }

  /** Processor time of the server, of its database and of the load until now, in seconds. */
  private double[] times(Target target) {
    return new double[] {
      ProcessTime.of(target.process()),
      target.database().isEmpty() ? 0 : databases.process().map(ProcessTime::of).orElse(0.0),
      ProcessTime.own()
    };
  }
}
