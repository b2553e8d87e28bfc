package com.expensicat.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The paths that {@code expensicat-openapi.yaml} describes. */
public final class DescribedPaths {

  private static final Set<String> NO_METHODS = Set.of("parameters", "servers");

  private DescribedPaths() {}

  /**
   * What is described below a path.
   *
   * @return the methods of each, by what comes behind {@code path}
   */
  public static Map<String, Set<String>> below(String path) {
    Map<String, Set<String>> described = new TreeMap<>();
    for (Map.Entry<String, JsonNode> one : document().path("paths").properties()) {
      if (one.getKey().startsWith(path)) {
        described.put(one.getKey().substring(path.length()), methods(one.getValue()));
      }
    }
    return described;
  }

  private static Set<String> methods(JsonNode path) {
    Set<String> methods = new TreeSet<>();
    path.properties().stream()
        .map(Map.Entry::getKey)
        .filter(name -> !NO_METHODS.contains(name))
        .forEach(name -> methods.add(name.toUpperCase(Locale.ROOT)));
    return methods;
  }

  private static JsonNode document() {
    try (InputStream file = DescribedPaths.class.getResourceAsStream("/expensicat-openapi.yaml")) {
      return new YAMLMapper().readTree(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
