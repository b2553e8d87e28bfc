package com.expensicat.keycloak.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.server.Artifacts;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is in the jar, and what is not; no server is needed. */
class PackJarIT {

  private static final String OWN = "com/expensicat/keycloak/";

  @Test
  void theJarHoldsOurOwnClassesOnly() {
    assertThat(filesIn(Artifacts.JAR, ".class"))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(name).startsWith(OWN));
    assertThat(filesIn(Artifacts.JAR, ".jar")).isEmpty();
  }

  @Test
  void theJarHoldsItsLicence() throws IOException {
    try (JarFile jar = new JarFile(Artifacts.JAR.toFile());
        InputStream licence = jar.getInputStream(jar.getJarEntry("META-INF/LICENSE"))) {
      assertThat(licence).hasBinaryContent(Files.readAllBytes(Path.of("..", "LICENSE")));
    }
  }

  @Test
  void noClassOfTheJarIsInKeycloakToo() throws IOException {
    Set<String> shipped = new HashSet<>();
    try (Stream<Path> libraries = Files.walk(Artifacts.DISTRIBUTION.resolve("lib"))) {
      for (Path library : libraries.filter(file -> file.toString().endsWith(".jar")).toList()) {
        shipped.addAll(filesIn(library, ".class"));
      }
    }
    assertThat(shipped).contains("org/keycloak/models/KeycloakSession.class");
    assertThat(filesIn(Artifacts.JAR, ".class")).doesNotContainAnyElementsOf(shipped);
  }

  @Test
  void theBillOfMaterialsNamesWhatTheJarWasCompiledAgainst() throws IOException {
    JsonNode bom =
        Json.read(Files.readString(Artifacts.JAR.resolveSibling("expensicat-auth-sbom.json")))
            .orElseThrow();
    assertThat(bom.path("bomFormat").textValue()).isEqualTo("CycloneDX");
    assertThat(bom.at("/metadata/component/name").textValue()).isEqualTo("expensicat-auth");
    assertThat(bom.at("/metadata/component/licenses/0/license/id").textValue())
        .isEqualTo("Apache-2.0");
    assertThat(bom.path("components").findValuesAsText("purl"))
        .anyMatch(purl -> purl.startsWith("pkg:maven/org.keycloak/keycloak-services@"));
    assertThat(bom.path("components"))
        .allSatisfy(component -> assertThat(component.path("licenses")).isNotEmpty());
  }

  private static List<String> filesIn(Path jar, String suffix) {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(suffix))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
