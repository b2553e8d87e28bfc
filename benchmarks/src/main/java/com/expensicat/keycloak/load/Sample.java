package com.expensicat.keycloak.load;

/**
 * What one run saw.
 *
 * @param answers units of work that were done
 * @param seconds for how long
 * @param p50 the latency that half of them did not exceed, in milliseconds
 * @param p99 the one that 99 of 100 did not
 * @param failure what went wrong first, with which it is no result; an empty text where nothing did
 */
record Sample(int answers, double seconds, double p50, double p99, String failure) {

  /**
   * @param latencies in nanoseconds, the shortest first
   * @param duration in nanoseconds
   */
  static Sample of(long[] latencies, long duration, String failure) {
    return new Sample(
        latencies.length,
        duration / 1e9,
        latency(latencies, 0.5),
        latency(latencies, 0.99),
        failure.isEmpty() && latencies.length == 0 ? "There was no answer." : failure);
  }

  private static double latency(long[] latencies, double share) {
    return latencies.length == 0
        ? 0
        : latencies[(int) Math.min(latencies.length - 1, Math.floor(share * latencies.length))]
            / 1e6;
  }

  boolean isGood() {
    return failure.isEmpty();
  }

  /** Answers a second. */
  double rate() {
    return answers / seconds;
  }
}
