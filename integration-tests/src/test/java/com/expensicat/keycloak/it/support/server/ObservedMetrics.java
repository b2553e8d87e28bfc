package com.expensicat.keycloak.it.support.server;

import com.expensicat.keycloak.it.support.http.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names of the metrics on which the alarms and our dashboard build. */
public final class ObservedMetrics {

  private static final Pattern ALARM = Pattern.compile("(?m)^ +expr: (.+)$");

  /** Of an expression of Prometheus: labels, ranges, texts and lists of labels. */
  private static final Pattern NO_METRIC =
      Pattern.compile(
          "\\{[^}]*}|\\[[^]]*]|\"[^\"]*\"|\\b(?:by|without|on|ignoring|group_left)\\s*\\([^)]*\\)");

  /** A name that is no function and no number. */
  private static final Pattern NAME = Pattern.compile("\\b[a-z_]\\w*\\b(?!\\s*\\()");

  private static final Set<String> WORDS = Set.of("or", "and", "unless", "bool");

  private ObservedMetrics() {}

  /** All of them. */
  public static Set<String> names() {
    return Stream.of(alarms(), dashboard())
        .flatMap(List::stream)
        .map(expression -> NO_METRIC.matcher(expression).replaceAll(" "))
        .flatMap(expression -> NAME.matcher(expression).results())
        .map(MatchResult::group)
        .filter(name -> !WORDS.contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> alarms() {
    return ALARM
        .matcher(read(Path.of("alerts.yml")))
        .results()
        .map(result -> result.group(1))
        .toList();
  }

  private static List<String> dashboard() {
    return Json.read(read(Path.of("dashboards", "expensicat.json")))
        .orElseThrow()
        .findValues("expr")
        .stream()
        .map(JsonNode::asText)
        .toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(Artifacts.OBSERVE.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
