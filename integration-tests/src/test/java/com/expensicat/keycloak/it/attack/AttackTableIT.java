package com.expensicat.keycloak.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.server.TestRun;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/** The table of attacks is whole: each row is tried, by one test. */
class AttackTableIT {

  private static final List<String> TESTS =
      TestRun.classes().stream()
          .flatMap(
              type ->
                  AnnotationSupport.findAnnotatedMethods(
                      type, AttackTest.class, HierarchyTraversalMode.TOP_DOWN)
                      .stream())
          .map(method -> method.getAnnotation(AttackTest.class).value())
          .toList();

  @Test
  void eachRowHasOneTest() {
    for (Attack attack : AttackTable.ATTACKS) {
      assertThat(TESTS.stream().filter(test -> AttackTable.stands(test, attack)))
          .as(attack.toString())
          .hasSize(1);
    }
  }

  @Test
  void eachTestHasARow() {
    for (String test : TESTS) {
      assertThat(AttackTable.ATTACKS).as(test).anyMatch(attack -> AttackTable.stands(test, attack));
    }
  }

  @Test
  void eachRowIsComplete() {
    Set<String> ids = new TreeSet<>();
    for (Attack attack : AttackTable.ATTACKS) {
      ids.add(attack.id());
      assertThat(Stream.of(attack.id(), attack.source(), attack.what(), attack.answer()))
          .as(attack.toString())
          .noneMatch(String::isEmpty);
    }
    assertThat(ids).hasSizeGreaterThanOrEqualTo(120);
    assertThat(AttackTable.ATTACKS).doesNotHaveDuplicates();
  }
}
