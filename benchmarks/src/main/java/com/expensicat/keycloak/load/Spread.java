package com.expensicat.keycloak.load;

import java.util.List;
import java.util.Locale;

/** Median, least and most of some values. */
record Spread(double median, double least, double most) {

  /**
   * @param values at least one
   */
  static Spread of(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Spread(median, sorted.get(0), sorted.get(sorted.size() - 1));
  }

  /** Half of what lies between least and most. */
  double width() {
    return (most - least) / 2;
  }

  @Override
  public String toString() {
    return number(median) + " (" + number(least) + " to " + number(most) + ')';
  }

  /** A number with three digits that count. */
  static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 0.3 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }
}
