package com.expensicat.keycloak;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A metric of ours that counts, by the values of its tags, of which there are few. */
public final class Counters {

  private final String name;
  private final String description;
  private final List<String> tags;
  private final Map<List<String>, Counter> counters = new ConcurrentHashMap<>();

  /**
   * @param name as Micrometer has it, with dots
   * @param tags their names
   */
  public Counters(String name, String description, String... tags) {
    this.name = name;
    this.description = description;
    this.tags = List.of(tags);
  }

  /**
   * Counts one.
   *
   * @param values of the tags, in their order
   */
  public void count(String... values) {
    count(1, values);
  }

  /** Has a combination be among the metrics before it is counted. */
  void show(String... values) {
    count(0, values);
  }

  private void count(int more, String... values) {
    counters.computeIfAbsent(List.of(values), this::register).increment(more);
  }

  private Counter register(List<String> values) {
    Counter.Builder counter = Counter.builder(name).description(description);
    for (int i = 0; i < tags.size(); i++) {
      counter.tag(tags.get(i), values.get(i));
    }
    return counter.register(Metrics.globalRegistry);
  }
}
