package com.expensicat.keycloak.capacity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * The same demand, one request after another: they come at random, are given to nodes at random,
 * wait for a core and then, where they ask the database, for a connection. It knows nothing of the
 * {@link Plan}'s arithmetic, and so tells whether that holds, and how long people wait.
 */
final class Simulation {

  private final Plan plan;
  private final Random random;
  private final List<Node> nodes = new ArrayList<>();

  /**
   * What came out.
   *
   * @param cores at work on average
   * @param connections in use on average
   * @param known how many operations met a node that knew what they were about, 0 to 1
   * @param median of the times until the answer, in milliseconds
   * @param slowest the time that one of a hundred takes longer than
   */
  record Outcome(double cores, double connections, double known, double median, double slowest) {}

  /** What a node remembers, those that it met last. */
  private static final class Memory {

    private final boolean[] known;
    private final int[] last;
    private int next;

    Memory(int all, int remembered) {
      known = new boolean[all];
      last = new int[Math.min(all, remembered)];
      for (int one = 0; one < last.length; one++) {
        last[one] = one;
        known[one] = true;
      }
    }

    /** Whether it knew one, which it does from now on. */
    boolean meet(int one) {
      if (known[one]) {
        return true;
      }
      known[last[next]] = false;
      known[one] = true;
      last[next] = one;
      next = (next + 1) % last.length;
      return false;
    }
  }

  private record Node(
      PriorityQueue<Double> cores,
      PriorityQueue<Double> connections,
      Memory grants,
      Memory people) {}

  Simulation(Plan plan, long seed) {
    this.plan = plan;
    this.random = new Random(seed);
    Nodes each = plan.nodes();
    for (int number = 0; number < each.number(); number++) {
      nodes.add(
          new Node(
              free(each.cores()),
              free(each.connections()),
              new Memory((int) plan.demand().atWork(true), each.remembered()),
              new Memory((int) plan.demand().atWork(false), each.remembered())));
    }
  }

  private static PriorityQueue<Double> free(int servers) {
    PriorityQueue<Double> free = new PriorityQueue<>();
    for (int server = 0; server < servers; server++) {
      free.add(0.0);
    }
    return free;
  }

  /**
   * @param requests how many there are
   */
  Outcome run(int requests) {
    List<Map.Entry<Operation, Double>> rates = List.copyOf(plan.rates().entrySet());
    double rate = rates.stream().mapToDouble(Map.Entry::getValue).sum();
    double[] times = new double[requests];
    double now = 0;
    double atCores = 0;
    double atDatabase = 0;
    int asked = 0;
    int known = 0;
    for (int request = 0; request < requests; request++) {
      now += -Math.log(1 - random.nextDouble()) / rate;
      Node node = nodes.get(random.nextInt(nodes.size()));
      Operation operation = draw(rates, rate);
      boolean isKnown = true;
      if (operation.knowsSessions()) {
        Memory memory = Plan.isOfGrant(operation) ? node.grants() : node.people();
        isKnown = memory.meet(random.nextInt(memory.known.length));
        asked++;
        known += isKnown ? 1 : 0;
      }
      double service = vary(operation.processor(isKnown));
      double held = vary(operation.statements(isKnown) * plan.nodes().roundTrip());
      atCores += service;
      atDatabase += held;
      double end = serve(node.cores(), now, service);
      times[request] = 1000 * ((held > 0 ? serve(node.connections(), end, held) : end) - now);
    }
    Arrays.sort(times);
    return new Outcome(
        atCores / now,
        atDatabase / now,
        asked == 0 ? 1 : (double) known / asked,
        times[requests / 2],
        times[requests / 100 * 99]);
  }

  /** A time in seconds that is that long on average, up to half more or less. */
  private double vary(double milliseconds) {
    return milliseconds / 1000 * (0.5 + random.nextDouble());
  }

  private Operation draw(List<Map.Entry<Operation, Double>> rates, double all) {
    double drawn = random.nextDouble() * all;
    for (Map.Entry<Operation, Double> rate : rates) {
      drawn -= rate.getValue();
      if (drawn < 0) {
        return rate.getKey();
      }
    }
    return rates.get(0).getKey();
  }

  /** Whichever of several servers is free first serves, from then on at the earliest. */
  private static double serve(PriorityQueue<Double> servers, double from, double service) {
    double end = Math.max(from, servers.remove()) + service;
    servers.add(end);
    return end;
  }
}
