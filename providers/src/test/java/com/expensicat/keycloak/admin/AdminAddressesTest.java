package com.expensicat.keycloak.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.DescribedPaths;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What admin REST of the pack has, and the OpenAPI says. */
class AdminAddressesTest {

  @Test
  void eachAddressIsDescribedWithItsMethods() {
    Map<String, Set<String>> taken = new TreeMap<>();
    collect("", PackAdminResource.class, taken);

    assertThat(taken).hasSizeGreaterThan(10);
    assertThat(DescribedPaths.below("/admin/realms/{realm}/expensicat")).isEqualTo(taken);
  }

  private static void collect(String at, Class<?> resource, Map<String, Set<String>> taken) {
    for (Method method : resource.getDeclaredMethods()) {
      Path path = method.getAnnotation(Path.class);
      String below = path == null ? at : at + '/' + path.value();
      Stream.of(method.getAnnotations())
          .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
          .filter(verb -> verb != null)
          .findFirst()
          .ifPresentOrElse(
              verb -> taken.computeIfAbsent(below, none -> new TreeSet<>()).add(verb.value()),
              () -> {
                if (path != null) {
                  collect(below, method.getReturnType(), taken);
                }
              });
    }
  }
}
