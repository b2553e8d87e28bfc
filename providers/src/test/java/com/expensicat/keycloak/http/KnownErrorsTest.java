package com.expensicat.keycloak.http;

import static java.lang.String.join;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.WrittenPage;
import com.expensicat.keycloak.http.KnownErrors.Kind;
import com.expensicat.keycloak.http.KnownErrors.KnownError;
import com.expensicat.keycloak.session.verification.RefusalReason;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.keycloak.OAuthErrorException;
import org.keycloak.services.clientregistration.ErrorCodes;

/**
 * The list is whole and true as far as the code says. {@code docs/errors.md} is made of it, with
 * {@code -Dpages.write=true}.
 */
class KnownErrorsTest {

  private static final Path PAGE = Path.of("../docs/errors.md");
  private static final Path SOURCES = Path.of("src/main/java/com/expensicat/keycloak");

  /** What Keycloak alone answers at addresses of the pack, or on the way from them. */
  private static final Set<String> KEYCLOAKS = Set.of("login_required", "unsupported_token_type");

  /** What has the codes. */
  private static final Map<String, Class<?>> CONSTANTS =
      Map.of(
          "OAuthErrorException", OAuthErrorException.class,
          "ErrorCodes", ErrorCodes.class,
          "OAuthErrors", OAuthErrors.class);

  private static final String ONE_OF_THEM =
      "\\b(%s)\\.([A-Z_]+)".formatted(join("|", CONSTANTS.keySet()));

  private static final Pattern CONSTANT = Pattern.compile(ONE_OF_THEM + "\\b");

  /** A code, and the text that goes with it. */
  private static final Pattern CODE_AND_TEXT =
      Pattern.compile(ONE_OF_THEM + ",\\s*\"((?:[^\"\\\\]|\\\\.)+)\"");

  /** Other ways to say what is wrong with a request. */
  private static final Pattern TEXT =
      Pattern.compile(
          "(?:new InvalidBodyException|Optional\\.of|naming|unless|FOREIGN =|EXPIRED =|missing =)"
              + "\\(?\\s*\"([A-Z](?:[^\"\\\\]|\\\\.)+ (?:[^\"\\\\]|\\\\.)*)\"");

  private static final Pattern REASON = Pattern.compile("\\brefus(?:e|al)\\(\"([a-z_]+)\"\\)");

  private static Map<String, String> sources;

  @BeforeAll
  static void readSources() throws IOException {
    sources = new TreeMap<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".java")).toList()) {
        sources.put(file.getFileName().toString(), Files.readString(file));
      }
    }
  }

  static Stream<KnownError> all() {
    return KnownErrors.ALL.stream();
  }

  private static Set<String> names(Kind kind) {
    return all()
        .filter(error -> error.kind() == kind)
        .map(KnownError::name)
        .collect(toCollection(TreeSet::new));
  }

  private static Stream<Matcher> found(Pattern pattern) {
    return sources.values().stream()
        .flatMap(
            source -> {
              Matcher matcher = pattern.matcher(source);
              return Stream.generate(() -> matcher).takeWhile(Matcher::find);
            });
  }

  private static String value(Matcher constant) {
    try {
      return (String) CONSTANTS.get(constant.group(1)).getField(constant.group(2)).get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void eachCodeThatIsUsedIsListedAndNoOther() {
    Set<String> used =
        found(CONSTANT).map(KnownErrorsTest::value).collect(toCollection(TreeSet::new));
    used.addAll(KEYCLOAKS);

    assertThat(names(Kind.ERROR)).isEqualTo(used);
  }

  @Test
  void eachCodeOfTheDescriptionOfTheAddressesIsListed() throws IOException {
    try (InputStream file = KnownErrorsTest.class.getResourceAsStream("/expensicat-openapi.yaml")) {
      JsonNode codes = new YAMLMapper().readTree(file).at("/components/schemas/ErrorCode/enum");
      Set<String> described = new TreeSet<>();
      codes.forEach(code -> described.add(code.asText()));

      assertThat(described).hasSizeGreaterThan(10).isSubsetOf(names(Kind.ERROR));
    }
  }

  @Test
  void eachTextIsListedWithTheCodeThatItGoesWith() {
    Map<String, String> listed = new TreeMap<>();
    all()
        .filter(error -> error.kind() == Kind.TEXT)
        .forEach(error -> listed.put(error.name(), error.where()));

    found(CODE_AND_TEXT)
        .forEach(
            text ->
                assertThat(listed.getOrDefault(text.group(3), "a text that is not listed"))
                    .as(text.group(3))
                    .contains(value(text)));
    assertThat(found(TEXT).map(text -> text.group(1))).isNotEmpty().allMatch(listed::containsKey);
  }

  @Test
  void eachReasonIsListed() {
    Set<String> reasons =
        Stream.concat(
                Stream.of(RefusalReason.values()).map(RefusalReason::code),
                found(REASON).map(reason -> reason.group(1)))
            .collect(toCollection(TreeSet::new));
    reasons.add("consent_missing");

    assertThat(names(Kind.REASON)).isEqualTo(reasons);
  }

  @ParameterizedTest
  @MethodSource("all")
  void eachLineIsWholeAndSaidSomewhere(KnownError error) {
    assertThat(Stream.of(error.name(), error.why(), error.mend())).noneMatch(String::isBlank);
    assertThat(error.where().isBlank()).isEqualTo(error.kind() == Kind.REASON);
    if (error.kind() == Kind.TEXT) {
      assertThat(sources.values()).anyMatch(source -> source.contains('"' + error.name() + '"'));
      assertThat(names(Kind.ERROR)).containsAll(Set.of(error.where().split(", ", -1)));
    }
  }

  @Test
  void theGuideTellsOfEachCode() {
    URI base = URI.create("https://id.example/auth/");

    assertThat(KnownErrors.uri(base, "invalid_grant"))
        .isEqualTo("https://id.example/auth/api/auth/oauth2/#error-invalid_grant")
        .matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");
    assertThat(KnownErrors.uri(base, "a \" of somebody's"))
        .isEqualTo("https://id.example/auth/api/auth/oauth2/");
  }

  @Test
  void thePageSaysWhatTheListSays() throws IOException {
    WrittenPage.assertSays(PAGE, page());
  }

  private static String page() {
    return """
        # Errors

        What the server answers when something is refused, why, and what to do. This page is made of `providers/src/main/resources/errors.tsv`
        (`mvn test -pl providers -Dtest=KnownErrorsTest -Dpages.write=true`), which a unit test holds against the code.

        ## What `error` says

        At the pack's addresses an error has `error_uri`, which leads to the line of the guide at `/api/auth/oauth2/` that tells of it; so has a
        redirect to the application that the pack's own rules make. Which address answers what is in the OpenAPI.

        | error | where | what is wrong | what to do |
        |---|---|---|---|
        %s
        ## What `error_description` says

        The pack's own texts, or how they begin or end; a scope, a parameter or a field of metadata may follow. Keycloak has others, and they
        may change with its version: a program looks at `error` alone. Of a registration the text is the field and what is wrong with it, as
        [client registration](client-registration.md) has it.

        | text | error | what is wrong | what to do |
        |---|---|---|---|
        %s
        ## What `reason` in an event says

        Who shows a token learns only that it is not valid; an admin sees why, in the event and in the count of refusals.

        | reason | what is wrong | what to do |
        |---|---|---|
        %s
        """
        .formatted(rows(Kind.ERROR), rows(Kind.TEXT), rows(Kind.REASON));
  }

  private static String rows(Kind kind) {
    return all()
        .filter(error -> error.kind() == kind)
        .map(KnownErrorsTest::row)
        .collect(joining("\n", "", "\n"));
  }

  private static String row(KnownError error) {
    Stream<String> cells =
        switch (error.kind()) {
          case ERROR -> Stream.of(code(error.name()), error.where(), error.why(), error.mend());
          case TEXT ->
              Stream.of(
                  error.name().strip().replaceAll("%[a-z]", "…"),
                  Stream.of(error.where().split(", ", -1))
                      .map(KnownErrorsTest::code)
                      .collect(joining(", ")),
                  error.why(),
                  error.mend());
          case REASON -> Stream.of(code(error.name()), error.why(), error.mend());
        };
    return cells.collect(joining(" | ", "| ", " |"));
  }

  private static String code(String text) {
    return '`' + text + '`';
  }
}
