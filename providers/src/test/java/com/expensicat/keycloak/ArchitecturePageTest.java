package com.expensicat.keycloak;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The page {@code docs/architecture.md}, its picture, and the decisions speak of what is there: of
 * classes and tests by their names, and of the rooms and which knows which.
 */
class ArchitecturePageTest {

  private static final Path ROOT = Path.of("..");
  private static final Path DOCS = ROOT.resolve("docs");
  private static final String JAVA = ".java";

  private static Map<String, String> sources;

  /** A class of ours, and behind it perhaps a test's method. */
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:#(\\w+))?`");

  private static final Pattern ROOM = Pattern.compile("(?m)^ +(\\w+) \\[label=");
  private static final Pattern ARROW = Pattern.compile("(?m)^ +(\\w+) -> (\\w+)$");
  private static final Pattern DRAWN_ARROW =
      Pattern.compile("<title>(\\w+)&#45;&gt;(\\w+)</title>");

  /** That a room knows another. */
  private record Arrow(String from, String to) {

    static Set<Arrow> in(String text, Pattern pattern) {
      return pattern
          .matcher(text)
          .results()
          .map(arrow -> new Arrow(arrow.group(1), arrow.group(2)))
          .collect(toSet());
    }
  }

  @BeforeAll
  static void readSources() throws IOException {
    sources = sources();
  }

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> decisions = Files.list(DOCS.resolve("decisions"))) {
      return Stream.concat(
          Stream.of(DOCS.resolve("architecture.md")), decisions.sorted().toList().stream());
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void thePageNamesClassesAndTestsThatAreThere(Path page) throws IOException {
    assertThat(NAMED.matcher(Files.readString(page)).results())
        .filteredOn(named -> !isThere(sources.get(named.group(1)), named.group(2)))
        .extracting(MatchResult::group)
        .as("What is not there, or has another name")
        .isEmpty();
  }

  private static boolean isThere(String source, String method) {
    return source != null && (method == null || source.contains("void " + method + '('));
  }

  @Test
  void eachRowOfTheTableNamesAClassAndATest() throws IOException {
    List<String> rows =
        Files.readString(DOCS.resolve("architecture.md"))
            .lines()
            .filter(line -> line.startsWith("| **") || line.startsWith("| | "))
            .toList();
    assertThat(rows).hasSizeGreaterThan(40);
    assertThat(rows)
        .allSatisfy(
            row -> {
              String[] cells = row.split(" \\| ", -1);
              assertThat(cells).hasSize(4);
              assertThat(NAMED.matcher(cells[2]).find()).isTrue();
              assertThat(cells[3]).containsPattern("`\\w+(IT|Test)[#`]");
            });
  }

  @Test
  void thePictureHasTheRoomsOfTheCodeAndItsArrows() throws IOException {
    String picture = Files.readString(DOCS.resolve("architecture.dot"));
    Set<Arrow> drawn = Arrow.in(picture, ARROW);
    Set<Arrow> known = arrows();

    assertThat(ROOM.matcher(picture).results().map(room -> room.group(1)))
        .containsExactlyInAnyOrderElementsOf(rooms());
    assertThat(known).as("What is drawn is so").containsAll(drawn);
    assertThat(known)
        .as("What is so is drawn, or follows from what is")
        .allMatch(arrow -> reached(arrow.from(), drawn).contains(arrow.to()));
    assertThat(Arrow.in(Files.readString(DOCS.resolve("architecture.svg")), DRAWN_ARROW))
        .as("docs/architecture.svg, which Graphviz draws of docs/architecture.dot")
        .containsExactlyInAnyOrderElementsOf(drawn);
  }

  /** The text of each source file, by its class's name; where two have one name, both texts. */
  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (String module : List.of("providers", "integration-tests")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src"))) {
        for (Path file : files.filter(any -> any.toString().endsWith(JAVA)).toList()) {
          String name = file.getFileName().toString();
          sources.merge(
              name.substring(0, name.length() - JAVA.length()),
              Files.readString(file),
              String::concat);
        }
      }
    }
    return sources;
  }

  private static Set<String> rooms() {
    return PackClasses.ALL.stream()
        .map(ArchitecturePageTest::room)
        .flatMap(Optional::stream)
        .collect(toSet());
  }

  private static Set<Arrow> arrows() {
    Set<Arrow> arrows = new HashSet<>();
    for (JavaClass one : PackClasses.ALL) {
      for (Dependency dependency : one.getDirectDependenciesFromSelf()) {
        Optional<String> from = room(one);
        Optional<String> to = room(dependency.getTargetClass());
        if (from.isPresent() && to.isPresent() && !from.equals(to)) {
          arrows.add(new Arrow(from.get(), to.get()));
        }
      }
    }
    return arrows;
  }

  /** The package below the root that a class is in, or below which it is. */
  private static Optional<String> room(JavaClass one) {
    String name = one.getPackageName();
    return name.startsWith(PackClasses.ROOT + '.')
        ? Optional.of(name.substring(PackClasses.ROOT.length() + 1).split("\\.", 2)[0])
        : Optional.empty();
  }

  private static Set<String> reached(String from, Set<Arrow> arrows) {
    return Reach.from(
        from, room -> arrows.stream().filter(arrow -> arrow.from().equals(room)).map(Arrow::to));
  }
}
