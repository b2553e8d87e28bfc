package com.expensicat.keycloak.realm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.PackBuild;
import com.expensicat.keycloak.PackClasses;
import com.expensicat.keycloak.WrittenPage;
import com.expensicat.keycloak.realm.Replacements.Kind;
import com.expensicat.keycloak.realm.Replacements.Replacement;
import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The list is whole and true: of the pack's side as far as its code says, of Keycloak's as far as
 * its jars do. {@code docs/keycloak.md} is made of it, with {@code -Dpages.write=true}.
 */
class ReplacementsTest {

  private static final Path PAGE = Path.of("../docs/keycloak.md");
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Path TESTS = Path.of("../integration-tests/src/test/java");
  private static final Path SERVICES = Path.of("src/main/resources/META-INF/services");
  private static final String PUBLIC_SPI = "keycloak-(server-spi|core|common)-[0-9.]+\\.jar";

  static List<Replacement> all() {
    return Replacements.ALL;
  }

  private static Set<String> ours(Kind... kinds) {
    return Replacements.ALL.stream()
        .filter(replacement -> List.of(kinds).contains(replacement.kind()))
        .map(Replacement::ours)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void eachProviderThatTheServerLoadsIsListedOnce() throws IOException {
    Set<String> loaded = new TreeSet<>();
    try (Stream<Path> services = Files.list(SERVICES)) {
      for (Path service : services.toList()) {
        String spi = service.getFileName().toString();
        if (spi.startsWith("org.keycloak.") && !spi.equals("org.keycloak.provider.Spi")) {
          Files.readAllLines(service).stream()
              .map(ReplacementsTest::inItsPackage)
              .forEach(loaded::add);
        }
      }
    }

    assertThat(ours(Kind.PROVIDER)).isEqualTo(loaded);
    assertThat(Replacements.ALL.stream().filter(one -> one.kind() == Kind.PROVIDER))
        .doesNotHaveDuplicates()
        .extracting(Replacement::where)
        .doesNotHaveDuplicates();
  }

  private static String inItsPackage(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }

  @Test
  void eachClassThatExtendsAPrivateOneOfKeycloaksIsListed() {
    Set<String> extending =
        PackClasses.ALL.stream()
            .filter(one -> one.getRawSuperclass().filter(ReplacementsTest::isPrivate).isPresent())
            .map(one -> outermost(inItsPackage(one.getName())))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(ours(Kind.values()).stream().map(ReplacementsTest::outermost))
        .containsAll(extending);
    assertThat(extending).containsAll(ours(Kind.EXTENDED));
  }

  private static String outermost(String className) {
    return className.replaceAll("\\$.*", "");
  }

  /** Whether a class is Keycloak's, and in none of the jars whose types Keycloak keeps stable. */
  private static boolean isPrivate(JavaClass superclass) {
    return superclass.getPackageName().startsWith("org.keycloak.")
        && superclass
            .getSource()
            .filter(source -> !source.getUri().toString().matches(".*" + PUBLIC_SPI + "!.*"))
            .isPresent();
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatItNamesIsThere(Replacement replacement) throws IOException {
    Optional<Path> source = find(SOURCES, outermost(replacement.ours()));
    assertThat(source).as(replacement.ours()).isPresent();
    assertThat(find(TESTS, replacement.test())).as(replacement.test()).isPresent();
    assertThat(replacement.why()).isNotBlank();
    assertThat(replacement.issue()).matches("|keycloak/keycloak#\\d+");
    String upstream = bytes(replacement.upstream());
    if (replacement.upstream().startsWith("org.keycloak.")) {
      assertThat(upstream).as(replacement.upstream()).isNotEmpty();
    }
    if (replacement.kind() == Kind.KNOWN) {
      assertThat(Files.readString(source.orElseThrow())).contains(replacement.where());
      assertThat(upstream).matches(text -> text.isEmpty() || text.contains(replacement.where()));
    }
  }

  private static Optional<Path> find(Path folder, String className) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith(className + ".java")).findFirst();
    }
  }

  /** A class file of the class path, a byte a letter: its texts are among them. */
  private static String bytes(String className) throws IOException {
    try (InputStream file =
        ReplacementsTest.class.getResourceAsStream('/' + className.replace('.', '/') + ".class")) {
      return file == null ? "" : new String(file.readAllBytes(), ISO_8859_1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "26.7.2, false",
    "26.7.3, true",
    "26.7.5, true",
    "26.7.10, true",
    "26.8.0, false",
    "26.70.3, false",
    "27.7.4, false",
    "999.0.0-SNAPSHOT, false"
  })
  void theyAreMadeForOneMinorVersionFromItsOldestOn(String version, boolean made) {
    assertThat(Replacements.areMadeFor(version)).isEqualTo(made);
  }

  @Test
  void thePageSaysWhatTheListSays() throws IOException {
    WrittenPage.assertSays(PAGE, page());
  }

  private static String page() {
    return """
        # What the pack takes from Keycloak, and what it puts in its place

        Built for Keycloak %s; runs on that minor version, from %s on. At each start the log has a warning for every provider below that is
        not in effect, because an option or another extension has put something else there, and for any other Keycloak; the pack's page in
        the admin console says the same. This page is made of `providers/src/main/resources/replacements.tsv`
        (`mvn test -pl providers -Dtest=ReplacementsTest -Dpages.write=true`); a unit test holds the list against the code, and the
        texts against Keycloak's jars.

        ## Providers

        In the place of Keycloak's where the id is Keycloak's; an SPI without an id has one provider that Keycloak asks, and that is ours.
        Outside the pack's realm they do what Keycloak's do.

        | SPI/provider | class | Keycloak's | what Keycloak's does, or ours is for | upstream | test |
        |---|---|---|---|---|---|
        %s
        ## Classes that ours extend

        None of them is part of a public SPI.

        | class | extends | what that does | upstream | test |
        |---|---|---|---|---|
        %s
        ## Texts, paths and formats that ours know

        | class | where it is from | what it is | what Keycloak does there | upstream | test |
        |---|---|---|---|---|---|
        %s
        ## Themes, and Keycloak 27

        Our themes stand on Keycloak's: `login` and `admin` on `keycloak.v2`, `account` on `keycloak.v3`, `email` on `keycloak`. Keycloak 27,
        announced for March 2027, has the first three on PatternFly 6, under new names, and drops the old ones (keycloak/keycloak#33710; login
        keycloak/keycloak#52342, admin keycloak/keycloak#52343, account keycloak/keycloak#52344, a guide keycloak/keycloak#52348). A theme whose
        parent is missing is not loaded, which `ThemesIT` notices: the pages come in Keycloak's own theme and without our
        Content-Security-Policy, the consoles without what the pack adds to them, and the log has a warning and an error each time.

        Rehearsed on 26.7.5, with names and classes of Keycloak's themes changed as in keycloak/keycloak#52371, keycloak/keycloak#52514 and
        keycloak/keycloak#52374, which were open then. Consoles that are built with PatternFly 6 were not to be had.

        | theme | what it needs | what was seen |
        |---|---|---|
        | login | `parent=keycloak.v3` | the 20 pages that were opened are as before: the style sheet's names for the classes of Keycloak's templates are in our `theme.properties` |
        | admin | `parent=keycloak.v3`; `pf-v5` in 33 lines of script and 18 of style sheet, 8 of which are variables, that PatternFly 6 names otherwise | the page is there and whole, and looks like nothing; `AdminConsoleIT` notices |
        | account | `parent=keycloak.v4`; `pf-v5` in 5 lines of script | the last use is there, in the wrong type |

        None of them stands on `base`, which 26 and 27 have alike. With `base` or `keycloak` the login theme's pages for one-time codes are 500
        (`field.ftl` and `buttons.ftl` are `keycloak.v2`'s), and the others lose the looks of fields and buttons. To bring along what they take of
        `keycloak.v2` (Apache 2.0, as ours) is 29 templates of 1,786 lines and 125 lines of script, beside four templates of ours; to go without is
        to lean on templates that may go with the old login theme (keycloak/keycloak#33717, keycloak/keycloak#43241). The admin console is 500 with
        `base`, which has no `index.ftl`: the console itself, 17 MB, is in `keycloak.v2`. The account console is a line that says so.
        """
        .formatted(
            PackBuild.keycloak(),
            PackBuild.oldestKeycloak(),
            rows(Kind.PROVIDER),
            rows(Kind.EXTENDED),
            rows(Kind.KNOWN));
  }

  private static String rows(Kind kind) {
    return Replacements.ALL.stream()
        .filter(replacement -> replacement.kind() == kind)
        .map(ReplacementsTest::row)
        .collect(Collectors.joining());
  }

  private static String row(Replacement replacement) {
    String ours = code(replacement.ours());
    String upstream = code(inItsPackage(replacement.upstream()));
    String where = code(replacement.where());
    Stream<String> first =
        switch (replacement.kind()) {
          case PROVIDER -> Stream.of(where, ours, upstream);
          case EXTENDED -> Stream.of(ours, upstream);
          case KNOWN -> Stream.of(ours, upstream, where);
        };
    return Stream.concat(
            first, Stream.of(replacement.why(), replacement.issue(), code(replacement.test())))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String code(String text) {
    return text.isEmpty() ? "" : '`' + text + '`';
  }
}
