package com.expensicat.keycloak.load;

/**
 * One operation of one target in one round.
 *
 * @param pair which start of the servers
 * @param answers units of work that were done
 * @param rate of them a second
 * @param p50 latency in milliseconds, as {@code p99}
 * @param cpu processor time of the server an answer, in milliseconds; of its database, where that
 *     is a process of its own, in {@code databaseCpu}, and of the load in {@code loadCpu}
 * @param failure what went wrong, with which it is no result, or an empty text
 */
record Measured(
    String target,
    Operation operation,
    int connections,
    int pair,
    int round,
    int answers,
    double rate,
    double p50,
    double p99,
    double cpu,
    double databaseCpu,
    double loadCpu,
    String failure) {

  /** What is compared. */
  enum Figure {
    RATE,
    P99,
    CPU
  }

  double figure(Figure figure) {
    return switch (figure) {
      case RATE -> rate;
      case P99 -> p99;
      case CPU -> cpu;
    };
  }
}
