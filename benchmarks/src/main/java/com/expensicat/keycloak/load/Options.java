package com.expensicat.keycloak.load;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What {@code compare.sh} says, which knows all defaults. */
record Options(Map<String, String> values) {

  static Options of(String... arguments) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      values.put(arguments[i].substring(2), arguments[i + 1]);
    }
    return new Options(values);
  }

  String text(String name) {
    return values.get(name);
  }

  /** What stands between spaces. */
  List<String> words(String name) {
    return Stream.of(text(name).split(" ", -1)).filter(word -> !word.isEmpty()).toList();
  }

  int number(String name) {
    return Integer.parseInt(text(name));
  }

  Path path(String name) {
    return Path.of(text(name)).toAbsolutePath();
  }

  boolean isGiven(String name) {
    return !values.getOrDefault(name, "").isEmpty();
  }

  List<String> targets() {
    return List.of(text("targets").split(",", -1));
  }

  List<Integer> connections() {
    return Stream.of(text("connections").split(",", -1)).map(Integer::valueOf).toList();
  }

  List<Operation> operations() {
    Pattern only = Pattern.compile(text("operations"));
    return Stream.of(Operation.values())
        .filter(operation -> !operation.isPage() || targets().contains(Grown.NAME))
        .filter(operation -> only.matcher(operation.title()).find())
        .toList();
  }

  /** Those of the measurement alone, without paths. */
  Map<String, String> ofMeasurement() {
    Map<String, String> kept = new LinkedHashMap<>(values);
    kept.keySet()
        .retainAll(
            List.of(
                "targets",
                "operations",
                "connections",
                "pairs",
                "rounds",
                "duration",
                "warm-up",
                "grants",
                "database-delay",
                "variant",
                "keycloak-options"));
    kept.values().removeIf(String::isEmpty);
    return kept;
  }
}
