package com.expensicat.keycloak.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a comparison saw, as the file has it.
 *
 * @param date when it began (ISO 8601)
 * @param machine processors, memory, system and versions
 * @param options as they were given
 * @param targets titles by name, in their order
 * @param measured all of it, each round of each pair
 * @param costs what PostgreSQL does for an answer
 * @param grants what a grant takes there
 */
record Results(
    String date,
    Map<String, String> machine,
    Map<String, String> options,
    Map<String, String> targets,
    List<Measured> measured,
    List<DatabaseCost> costs,
    List<GrantSize> grants) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The database's work for one answer, in means.
   *
   * @param statements those about transactions and settings excepted
   * @param transactions that were begun, none where each statement commits by itself; the extension
   *     that counts misses the commits of a driver that prepares them
   * @param rows inserted, updated or deleted
   * @param walBytes of its log
   */
  record DatabaseCost(
      String target,
      Operation operation,
      int answers,
      double statements,
      double transactions,
      double rows,
      double walBytes) {}

  /**
   * What one grant, from sign-in to tokens, adds to the tables with their indexes.
   *
   * @param bytes of each table that grew, a grant
   */
  record GrantSize(String target, int grants, double total, Map<String, Double> bytes) {}

  static Results read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), Results.class);
  }

  void write(Path file) throws IOException {
    Files.writeString(
        file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + '\n', UTF_8);
  }

  boolean isGood() {
    return !measured.isEmpty() && measured.stream().allMatch(one -> one.failure().isEmpty());
  }

  /** Numbers of connections, in their order. */
  List<Integer> connections() {
    return measured.stream().map(Measured::connections).distinct().toList();
  }

  List<Integer> pairs() {
    return measured.stream().map(Measured::pair).distinct().toList();
  }

  /** All rounds of all pairs of one operation of one target. */
  List<Measured> of(String target, Operation operation, int connections) {
    return measured.stream()
        .filter(one -> one.target().equals(target))
        .filter(one -> one.operation() == operation)
        .filter(one -> one.connections() == connections)
        .filter(one -> one.failure().isEmpty())
        .toList();
  }

  /** Ratios of the first list's to the second's, of the same round of the same pair. */
  static List<Double> ratios(List<Measured> ours, List<Measured> theirs, Measured.Figure figure) {
    return ours.stream()
        .flatMap(
            one ->
                theirs.stream()
                    .filter(other -> other.pair() == one.pair() && other.round() == one.round())
                    .map(other -> one.figure(figure) / other.figure(figure)))
        .toList();
  }
}
