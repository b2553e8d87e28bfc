package com.expensicat.keycloak;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.access.AccountAccessResource;
import com.expensicat.keycloak.admin.PackAdminResource;
import com.expensicat.keycloak.http.Addresses;
import com.expensicat.keycloak.registration.RegistrationEndpoint;
import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keycloak.OAuthErrorException;
import org.keycloak.config.Option;
import org.keycloak.crypto.def.DefaultCryptoProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.jpa.entities.RealmEntity;
import org.keycloak.models.sessions.infinispan.InfinispanUserSessionProviderFactory;
import org.keycloak.protocol.LoginProtocol;
import org.keycloak.protocol.oidc.OIDCLoginProtocolService;
import org.keycloak.services.clientregistration.oidc.OIDCClientRegistrationProvider;
import org.keycloak.services.resources.IdentityBrokerService;
import org.keycloak.wellknown.WellKnownProviderFactory;

/** No page of the repository names what is not there, and no link leads nowhere. */
class DocumentationTest {

  private static final Path ROOT = Path.of("..");
  private static final Path EXAMPLES = ROOT.resolve("examples");

  /** Something that a page says. */
  private record Named(Path page, String text) {}

  private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```$");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");

  private static final Pattern OPTION =
      Pattern.compile("(?<![\\w-])(--[a-z][\\w-]*\\w|KC_\\w*[A-Z])(?![\\w-])");
  private static final Pattern ADDRESS =
      Pattern.compile(
          Stream.of(
                  Addresses.ROOT + "(?:/[\\w{}.-]+)*",
                  "/admin/realms/[\\w{}.-]+/expensicat(?:/[\\w{}.-]+)*",
                  "(?<!/admin)/realms/[\\w{}.-]+(?:/[\\w{}.-]+)+",
                  "/\\.well-known(?:/[\\w{}.-]+)+")
              .reduce((one, other) -> one + '|' + other)
              .orElseThrow());
  private static final Pattern WORD = Pattern.compile("(?<![\\w-])[a-z]+(?:_[a-z0-9]+)+(?![\\w-])");
  private static final Pattern ATTRIBUTE =
      Pattern.compile("(?<![\\w@./-])expensicat\\.[a-z][a-z.-]*[a-z]");

  /** Words and options of other programs. */
  private static final Set<String> FOREIGN =
      Set.of(
          "--noquotes", // kcadm.sh
          "--cache-embedded-offline-sessions-max-count", // Keycloak makes these names out of parts
          "--cache-embedded-users-max-count",
          "--from-literal", // kubectl
          "--from-file",
          "--exit-on-error", // PostgreSQL
          "pg_dump",
          "pg_restore",
          "plain_fapi", // OpenID conformance
          "test_simple_text", // MCP conformance
          "keycloak_openid_client", // Terraform
          "keycloak_openid_client_optional_scopes",
          "extra_config",
          "forward_auth", // Caddy
          "trusted_proxies",
          "ext_authz", // Envoy
          "path_prefix",
          "request_headers_to_remove",
          "pg_stat_activity", // PostgreSQL
          "jgroups_ping"); // JGroups

  /** What Prometheus and Grafana are told; a test at a server holds the metrics in it. */
  private static final Path OBSERVE = ROOT.resolve("docker/observe");

  private static final Pattern ALARM = Pattern.compile("(?m)^ +- alert: (\\w+)$");

  /** What serves the addresses below these, where no annotation says so. */
  private static final Map<String, Class<?>> MOUNTED =
      Map.of(
          Addresses.ROOT + '/' + Addresses.REGISTER,
          RegistrationEndpoint.class,
          "/admin/realms/{realm}/expensicat",
          PackAdminResource.class,
          "/realms/{realm}/expensicat",
          AccountAccessResource.class,
          "/realms/{realm}/protocol/openid-connect",
          OIDCLoginProtocolService.class,
          "/realms/{realm}/clients-registrations/openid-connect",
          OIDCClientRegistrationProvider.class,
          "/realms/{realm}/broker",
          IdentityBrokerService.class);

  private static Map<Path, String> pages;
  private static Set<String> textsOfThePack;
  private static Set<String> textsOfKeycloak;

  @BeforeAll
  static void read() throws Exception {
    pages = files(ROOT, ".md");
    textsOfThePack = ClassTexts.besides(PackBuild.class);
    textsOfKeycloak = new HashSet<>();
    for (Class<?> one :
        List.of(
            OAuthErrorException.class,
            KeycloakSession.class,
            LoginProtocol.class,
            OIDCLoginProtocolService.class,
            Option.class,
            RealmEntity.class,
            InfinispanUserSessionProviderFactory.class,
            DefaultCryptoProvider.class)) {
      textsOfKeycloak.addAll(ClassTexts.besides(one));
    }
  }

  @Test
  void eachOptionIsOneOfThePackOfKeycloakOrOfAScript() throws Exception {
    Set<String> ours = new HashSet<>();
    for (RegisteredProvider provider : RegisteredProvider.ofThePack()) {
      ours.add(provider.option("enabled"));
      provider.options().forEach(option -> ours.add(provider.option(option.getName())));
    }
    Set<String> scripts =
        named(files(ROOT, ".sh", ".mjs", "/run"), OPTION).stream()
            .map(Named::text)
            .collect(toSet());

    assertAllAre(
        named(OPTION),
        text -> {
          String option = asArgument(text);
          return option.startsWith("--spi-")
              ? ours.contains(option) || isKeycloaks(option, ours)
              : textsOfKeycloak.contains(option.substring(2))
                  || scripts.contains(option)
                  || FOREIGN.contains(option);
        });
  }

  private static String asArgument(String option) {
    return option.startsWith("--")
        ? option
        : "--" + option.substring(3).toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether Keycloak's code knows such an SPI, provider and option, and the pack has none. */
  private static boolean isKeycloaks(String option, Set<String> ours) {
    String provider = option.substring(0, option.lastIndexOf("--") + 2);
    return ours.stream().noneMatch(one -> one.startsWith(provider))
        && Stream.of(option.substring("--spi-".length()).split("--"))
            .allMatch(
                name ->
                    textsOfKeycloak.contains(name) || textsOfKeycloak.contains(inCamelCase(name)));
  }

  private static String inCamelCase(String name) {
    return Pattern.compile("-(\\w)")
        .matcher(name)
        .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
  }

  @Test
  void eachAddressIsServed() {
    Set<String> served = new HashSet<>();
    PackClasses.ALL.stream()
        .filter(one -> one.isAnnotatedWith(jakarta.ws.rs.Path.class))
        .map(JavaClass::reflect)
        .forEach(one -> addAddresses(pathOf(one).orElseThrow(), one, served));
    MOUNTED.forEach((address, type) -> addAddresses(address, type, served));
    for (WellKnownProviderFactory factory : ServiceLoader.load(WellKnownProviderFactory.class)) {
      served.add("/.well-known/" + factory.getAlias());
      served.add("/.well-known/" + factory.getAlias() + "/realms/{realm}");
      served.add("/realms/{realm}/.well-known/" + factory.getAlias());
    }
    Pattern any =
        Pattern.compile(
            served.stream()
                .map(DocumentationTest::asPattern)
                .reduce((one, other) -> one + '|' + other)
                .orElseThrow());

    assertAllAre(named(ADDRESS), address -> any.matcher(address).matches());
  }

  private static void addAddresses(String base, Class<?> type, Set<String> addresses) {
    addresses.add(base);
    for (Method method : type.getMethods()) {
      pathOf(method)
          .map(path -> (base + '/' + path).replaceAll("/+", "/").replaceAll("/$", ""))
          .ifPresent(address -> addAddresses(address, below(method), addresses));
    }
  }

  /** What serves the addresses below a method's, where that is a class of the pack. */
  private static Class<?> below(Method method) {
    Class<?> answer = method.getReturnType();
    return answer.getName().startsWith(PackClasses.ROOT) ? answer : Object.class;
  }

  private static Optional<String> pathOf(AnnotatedElement resource) {
    return Optional.ofNullable(resource.getAnnotation(jakarta.ws.rs.Path.class))
        .map(jakarta.ws.rs.Path::value);
  }

  /** {@code {name}} stands for a segment of a path, {@code {name: pattern}} for the pattern. */
  private static String asPattern(String address) {
    return Pattern.compile("\\{\\w+(?:: *([^{}]+))?\\}|[^{}]+")
        .matcher(address)
        .replaceAll(
            part ->
                part.group().startsWith("{")
                    ? part.group(1) == null ? "[^/]+" : part.group(1)
                    : "\\\\Q" + part.group() + "\\\\E");
  }

  @Test
  void eachErrorParameterAndClaimIsKnownToTheCode() throws IOException {
    Set<String> metrics =
        files(OBSERVE, ".yml", ".json").values().stream()
            .flatMap(text -> WORD.matcher(text).results())
            .map(MatchResult::group)
            .collect(toSet());
    Set<String> known =
        Stream.of(textsOfThePack, textsOfKeycloak, FOREIGN, metrics)
            .flatMap(Set::stream)
            .map(text -> text.toLowerCase(Locale.ROOT))
            .collect(toSet());

    assertAllAre(withoutExamplesOwn(inlineCode(WORD)), known::contains);
  }

  @Test
  void eachAlarmIsExplainedToWhoeverIsCalled() throws IOException {
    String page = pages.get(ROOT.resolve("docs/operations.md"));
    List<String> alarms =
        ALARM
            .matcher(Files.readString(OBSERVE.resolve("alerts.yml")))
            .results()
            .map(alarm -> alarm.group(1))
            .toList();

    assertThat(alarms).isNotEmpty();
    assertThat(alarms).allSatisfy(alarm -> assertThat(page).contains("\n| `" + alarm + "` ("));
  }

  @Test
  void eachAttributeIsOneThatThePackReads() throws IOException {
    assertAllAre(
        withoutExamplesOwn(named(ATTRIBUTE)),
        attribute ->
            textsOfThePack.contains(attribute)
                || textsOfThePack.contains(attribute + '.')
                || beginnings(attribute).anyMatch(textsOfThePack::contains));
  }

  /** What a longer name begins with, up to a dot: the code makes some names of such a text. */
  private static Stream<String> beginnings(String attribute) {
    return Pattern.compile("\\.")
        .matcher(attribute)
        .results()
        .skip(1)
        .map(dot -> attribute.substring(0, dot.end()));
  }

  /** Without the names that the example beside a page has of its own. */
  private static List<Named> withoutExamplesOwn(List<Named> all) throws IOException {
    Map<Path, String> sources = files(EXAMPLES, ".mjs", ".java", ".yaml");
    return all.stream().filter(named -> !isOwn(named, sources)).toList();
  }

  private static boolean isOwn(Named named, Map<Path, String> sources) {
    Path example = named.page().getParent();
    return EXAMPLES.equals(example.getParent())
        && sources.entrySet().stream()
            .filter(source -> source.getKey().startsWith(example))
            .flatMap(source -> Stream.of(source.getValue().split("[^\\w-]+")))
            .collect(toSet())
            .containsAll(List.of(named.text().split("\\.")));
  }

  @Test
  void eachLinkLeadsToAFileAndAHeading() {
    assertThat(links()).isNotEmpty();
    assertThat(links()).filteredOn(link -> !leadsSomewhere(link)).isEmpty();
  }

  private static boolean leadsSomewhere(Named link) {
    String[] parts = link.text().split("#", 2);
    Path file = parts[0].isEmpty() ? link.page() : link.page().resolveSibling(parts[0]).normalize();
    return Files.exists(file)
        && (parts.length == 1 || anchors(pages.getOrDefault(file, "")).contains(parts[1]));
  }

  private static void assertAllAre(List<Named> named, Predicate<String> there) {
    assertThat(named).isNotEmpty();
    assertThat(named).filteredOn(one -> !there.test(one.text())).as("What is not there").isEmpty();
  }

  private static List<Named> links() {
    return pages.entrySet().stream()
        .flatMap(page -> found(page.getKey(), withoutFences(page.getValue()), LINK, 1))
        .filter(link -> !link.text().matches("[a-z]+:.*"))
        .toList();
  }

  /** The names that GitHub gives to headings: words with hyphens between. */
  private static Set<String> anchors(String page) {
    Map<String, Integer> seen = new HashMap<>();
    return HEADING
        .matcher(withoutFences(page))
        .results()
        .map(
            heading ->
                LINK.matcher(heading.group(1))
                    .replaceAll("]")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'))
        .map(
            name -> {
              int before = seen.merge(name, 1, Integer::sum) - 1;
              return before == 0 ? name : name + '-' + before;
            })
        .collect(toSet());
  }

  private static String withoutFences(String page) {
    return FENCED.matcher(page).replaceAll("");
  }

  /** What is found in all pages. */
  private static List<Named> named(Pattern pattern) {
    return named(pages, pattern);
  }

  private static List<Named> named(Map<Path, String> files, Pattern pattern) {
    return files.entrySet().stream()
        .flatMap(file -> found(file.getKey(), file.getValue(), pattern, 0))
        .toList();
  }

  /** What is found in code within the sentences of all pages. */
  private static List<Named> inlineCode(Pattern pattern) {
    return pages.entrySet().stream()
        .flatMap(page -> found(page.getKey(), withoutFences(page.getValue()), CODE, 1))
        .flatMap(code -> found(code.page(), code.text(), pattern, 0))
        .toList();
  }

  private static Stream<Named> found(Path page, String text, Pattern pattern, int group) {
    return pattern.matcher(text).results().map(found -> new Named(page, found.group(group)));
  }

  /** A folder's files with such endings, without what is built or fetched. */
  private static Map<Path, String> files(Path folder, String... endings) throws IOException {
    Map<Path, String> files = new HashMap<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path below, BasicFileAttributes attributes) {
            String name = below.getFileName().toString();
            return Set.of("target", "node_modules", ".git", ".expensicat").contains(name)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (Stream.of(endings).anyMatch(file.toString()::endsWith)) {
              files.put(file, Files.readString(file));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }
}
