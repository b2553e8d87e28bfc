package com.expensicat.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Classes that depend on each other in circles can only be read together. A class counts with those
 * inside it; a constant that the compiler copies is no dependency.
 */
class KnotTest {

  private static final int LARGEST = 3;

  /** Which classes of ours a class of ours knows. */
  private final Map<String, Set<String>> known = new TreeMap<>();

  private final Map<String, Set<String>> reached = new TreeMap<>();

  @Test
  void noMoreThanThreeClassesDependOnEachOther() {
    PackClasses.ALL.forEach(this::add);
    assertThat(known).hasSizeGreaterThan(100);
    known
        .keySet()
        .forEach(
            name ->
                reached.put(
                    name, Reach.from(name, one -> known.getOrDefault(one, Set.of()).stream())));
    assertThat(known.keySet().stream().map(this::knot).distinct())
        .filteredOn(knot -> knot.size() > LARGEST)
        .as("classes that depend on each other")
        .isEmpty();
  }

  private void add(JavaClass one) {
    Set<String> others = known.computeIfAbsent(outermost(one), name -> new TreeSet<>());
    one.getDirectDependenciesFromSelf().stream()
        .map(dependency -> outermost(dependency.getTargetClass()))
        .forEach(others::add);
  }

  private static String outermost(JavaClass one) {
    return one.getBaseComponentType().getName().replaceFirst("\\$.*", "");
  }

  /** A class, and all that it reaches and that reach it. */
  private Set<String> knot(String name) {
    return Stream.concat(
            Stream.of(name),
            reached.get(name).stream()
                .filter(other -> reached.getOrDefault(other, Set.of()).contains(name)))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
