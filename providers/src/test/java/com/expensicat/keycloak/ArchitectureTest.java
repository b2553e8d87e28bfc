package com.expensicat.keycloak;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/**
 * The direction of the packages: arrows point from what is built upon others to what they share.
 */
class ArchitectureTest {

  private static final String ROOT = "com.expensicat.keycloak";

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void capabilitiesAtTheBottomKnowNeitherEachOtherNorWhatIsAbove() {
    onlyKnows("scope", "database");
    onlyKnows("pkce");
    onlyKnows("grant");
    onlyKnows("page");
    onlyKnows("constraint");
    onlyKnows("database");
  }

  @Test
  void whatKnowsTheCatalogKnowsLittleElse() {
    onlyKnows("token", "scope");
    onlyKnows("session", "scope", "token");
    onlyKnows("consent", "scope");
    onlyKnows("access", "scope");
  }

  @Test
  void theFloorKnowsOnlyTheCapabilitiesBelowIt() {
    onlyKnows("floor", "scope", "pkce", "grant");
  }

  @Test
  void theRealmKeeperKnowsNoEndpoint() {
    onlyKnows("realm", "scope", "pkce", "token", "session", "consent", "floor", "database");
  }

  @Test
  void whatAdminsSeeIsOnTop() {
    onlyKnows("admin", "scope", "session", "floor", "realm");
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".admin..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".admin..")
        .check(classes);
  }

  @Test
  void registrationKnowsNoEndpoint() {
    onlyKnows("registration", "scope", "pkce", "session", "floor", "database");
  }

  @Test
  void whatAllShareKnowsNoCapability() {
    noClasses()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".*..")
        .check(classes);
  }

  @Test
  void noPackageGoesInACircle() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(classes);
  }

  private void onlyKnows(String name, String... known) {
    String[] allowed = new String[known.length + 1];
    allowed[0] = ROOT + "." + name + "..";
    for (int i = 0; i < known.length; i++) {
      allowed[i + 1] = ROOT + "." + known[i] + "..";
    }
    noClasses()
        .that()
        .resideInAPackage(allowed[0])
        .should()
        .dependOnClassesThat(resideInAPackage(ROOT + ".*..").and(resideOutsideOfPackages(allowed)))
        .check(classes);
  }
}
