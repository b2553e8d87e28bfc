package com.expensicat.keycloak.load;

import java.util.Arrays;

/** What one run saw. */
final class Sample {

  private final long[] latencies;
  private final long duration;
  private final int failures;
  private final String firstFailure;

  /**
   * @param latencies of each answer, in nanoseconds, the shortest first
   * @param duration of the run, in nanoseconds
   * @param failures how many answers were not 200
   * @param firstFailure the status line of the first of them, or an empty text
   */
  Sample(long[] latencies, long duration, int failures, String firstFailure) {
    this.latencies = latencies.clone();
    this.duration = duration;
    this.failures = failures;
    this.firstFailure = firstFailure;
  }

  int answers() {
    return latencies.length;
  }

  int failures() {
    return failures;
  }

  String firstFailure() {
    return firstFailure;
  }

  /** Answers a second. */
  double rate() {
    return latencies.length * 1e9 / duration;
  }

  /** The latency that this share of the answers did not exceed, in milliseconds. */
  double latency(double share) {
    return latencies.length == 0
        ? Double.NaN
        : latencies[(int) Math.min(latencies.length - 1, Math.floor(share * latencies.length))]
            / 1e6;
  }

  /** The median of some values. */
  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
