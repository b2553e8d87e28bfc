package com.expensicat.keycloak;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.session.issuer.IssuerStatus;
import com.expensicat.keycloak.session.issuer.KeyRenewal;
import com.expensicat.keycloak.session.user.RememberedIssuer;
import com.expensicat.keycloak.session.verification.RefusalReason;
import com.expensicat.keycloak.session.verification.Verdict;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The direction of the rooms: arrows point from what is built upon others to what they share. */
class ArchitectureTest {

  private static final String ROOT = PackClasses.ROOT;
  private static final String SESSION = ROOT + ".session";

  /** Which rooms a room may know, beside the root that all share. */
  private static final Map<String, Set<String>> KNOWS =
      Map.ofEntries(
          // The ground.
          entry("client", Set.of()),
          entry("database", Set.of()),
          entry("http", Set.of()),
          entry("page", Set.of()),
          entry("pkce", Set.of()),
          entry("constraint", Set.of()),
          entry("cluster", Set.of("http")),
          // What a token and a person's consent are made of.
          entry("scope", Set.of("client", "database", "http")),
          entry("organization", Set.of("scope")),
          entry("resource", Set.of("http", "scope")),
          entry("token", Set.of("http", "scope", "resource")),
          entry("grant", Set.of("http", "cluster", "token", "organization", "resource")),
          entry("session", Set.of("http", "scope", "token", "organization")),
          entry(
              "consent",
              Set.of("client", "database", "scope", "organization", "resource", "grant")),
          entry("access", Set.of("scope", "organization", "grant")),
          // What holds for everybody.
          entry("clientauth", Set.of("http")),
          entry("gateway", Set.of("http", "resource", "token", "session")),
          entry(
              "floor",
              Set.of("client", "http", "scope", "pkce", "grant", "organization", "resource")),
          entry("registration", Set.of("client", "database", "http", "scope", "floor")),
          // What people and programs meet.
          entry(
              "realm",
              Set.of(
                  "client",
                  "database",
                  "http",
                  "scope",
                  "token",
                  "session",
                  "consent",
                  "floor",
                  "organization")),
          entry(
              "endpoint",
              Set.of(
                  "http",
                  "scope",
                  "resource",
                  "grant",
                  "token",
                  "session",
                  "floor",
                  "registration",
                  "gateway")),
          entry(
              "admin",
              Set.of(
                  "http",
                  "scope",
                  "resource",
                  "token",
                  "session",
                  "floor",
                  "realm",
                  "organization",
                  "access")));

  static Stream<String> rooms() {
    return KNOWS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomKnowsNoOtherThanTheTableSays(String room) {
    String[] known =
        Stream.concat(Stream.of(room), KNOWS.get(room).stream())
            .map(name -> ROOT + "." + name + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + "." + room + "..")
        .should()
        .dependOnClassesThat(resideInAPackage(ROOT + ".*..").and(resideOutsideOfPackages(known)))
        .check(PackClasses.ALL);
  }

  @Test
  void eachRoomIsInTheTable() {
    assertThat(
            PackClasses.ALL.stream()
                .map(type -> type.getPackageName().substring(ROOT.length()))
                .filter(name -> !name.isEmpty())
                .map(name -> name.split("\\.", -1)[1]))
        .containsOnly(KNOWS.keySet().toArray(String[]::new));
  }

  @Test
  void whatTakesThePlaceOfAClassOfKeycloaksIsCalledPack() {
    classes()
        .that()
        .areTopLevelClasses()
        .and()
        .areAssignableTo(ReplacingProviderFactory.class)
        .and(describe("extend a class of Keycloak's", ArchitectureTest::extendsKeycloak))
        .should()
        .haveSimpleNameStartingWith("Pack")
        .check(PackClasses.ALL);
  }

  private static boolean extendsKeycloak(JavaClass type) {
    return type.getRawSuperclass()
        .filter(above -> above.getPackageName().startsWith("org.keycloak"))
        .isPresent();
  }

  @Test
  void whatAllShareKnowsNoRoom() {
    noClasses()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".*..")
        .check(PackClasses.ALL);
  }

  @Test
  void noRoomGoesInACircle() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(PackClasses.ALL);
  }

  @Test
  void theRoomsOfSessionsAreBuiltUponEachOther() {
    noneAbove(".issuer", "", ".verification", ".user", ".oauth2", ".signin");
    noneAbove(".verification", "", ".user", ".oauth2", ".signin");
    noneAbove(".user", "", ".oauth2", ".signin");
    noneAbove("", ".oauth2", ".signin");
    noneAbove(".oauth2", ".signin");
  }

  private static void noneAbove(String room, String... above) {
    noClasses()
        .that()
        .resideInAPackage(SESSION + room)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(Arrays.stream(above).map(SESSION::concat).toArray(String[]::new))
        .check(PackClasses.ALL);
  }

  @Test
  void ofTheRoomsOfSessionsOthersKnowOnlyAnswersAndWhatAUserRemembers() {
    noClasses()
        .that()
        .resideOutsideOfPackage(SESSION + "..")
        .should()
        .dependOnClassesThat(
            resideInAPackage(SESSION + ".*..")
                .and(
                    not(
                        belongToAnyOf(
                            Verdict.class,
                            RefusalReason.class,
                            IssuerStatus.class,
                            KeyRenewal.class,
                            RememberedIssuer.class))))
        .check(PackClasses.ALL);
  }
}
