package com.expensicat.keycloak.it.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.Cluster;
import com.expensicat.keycloak.it.support.server.Database;
import com.expensicat.keycloak.it.support.server.OwnServers;
import com.expensicat.keycloak.it.support.server.Programs;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.ServerSettings;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The examples for Kubernetes say nothing that Kubernetes, the Operator or Keycloak do not know.
 */
@OwnServers
class KubernetesIT {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"common.yaml", "statefulset.yaml", "keycloak.yaml"})
  void everyObjectIsTaken(String file) {
    assertThat(Manifest.of(file))
        .isNotEmpty()
        .allSatisfy(object -> assertThat(object.faults()).as(object.kind()).isEmpty());
  }

  @Test
  void theRealmIsTakenWithAllThatTheExportSetsOfIt() throws IOException {
    Manifest made = realmImport();

    assertThat(made.faults()).isEmpty();
    assertThat(made.object().at("/spec/realm").fieldNames())
        .toIterable()
        .containsExactlyElementsOf(
            Json.read(Files.readString(Artifacts.REALM)).orElseThrow()::fieldNames);
    assertThat(made.object().at("/spec/keycloakCRName"))
        .isEqualTo(Manifest.of("keycloak.yaml").get(0).object().at("/metadata/name"));
  }

  private Manifest realmImport() throws IOException {
    Path printed = folder.resolve("printed");
    int status =
        Programs.run(
            folder, printed, List.of(Manifest.FOLDER.resolve("realm-import.sh").toString()));
    assertThat(status).as(() -> Programs.printed(printed)).isZero();
    return new Manifest(Json.read(Programs.printed(printed)).orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "statefulset.yaml | | specs | {}",
        "statefulset.yaml | /spec | replica | 3",
        "statefulset.yaml | /spec | replicas | 'three'",
        "statefulset.yaml | /spec/template/spec/containers/0 | readinesProbe | {}",
        "statefulset.yaml | /spec/template/spec/containers/0 | args | {}",
        "statefulset.yaml | | apiVersion | 'apps/v2'",
        "keycloak.yaml | /spec | instances | 'three'",
        "keycloak.yaml | /spec | instance | 3",
        "keycloak.yaml | /spec/hostname | host | 'id.example.com'",
        "keycloak.yaml | /spec/update | strategy | 'Rolling'",
        "keycloak.yaml | /spec/resources | limit | {}",
        "keycloak.yaml | /spec/unsupported/podTemplate/spec | containers | {}",
        "keycloak.yaml | /spec/unsupported/podTemplate/spec/containers/0 | volumeMount | []"
      })
  void whatIsMisspeltOrOfAnotherTypeIsFound(String file, String parent, String name, String value) {
    Manifest object = Manifest.of(file).get(0);

    assertThat(
            object
                .with(parent == null ? "" : parent, name, Json.read(value).orElse(Json.tree(value)))
                .faults())
        .isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/spec/realm | accessTokenLifetime | 300",
        "/spec/realm/clients/0 | redirectUri | 'x'",
        "/spec | keycloakCrName | 'x'"
      })
  void soIsItInTheRealm(String parent, String name, String value) throws IOException {
    assertThat(realmImport().with(parent, name, Json.tree(value)).faults()).isNotEmpty();
  }

  @Test
  void whatStandsAroundTheNodesFindsThem() {
    JsonNode set = only("statefulset.yaml", "StatefulSet").object();
    JsonNode labels = set.at("/spec/template/metadata/labels");
    List<Manifest> common = Manifest.of("common.yaml");

    assertThat(common)
        .filteredOn(it -> it.kind().equals("Service"))
        .filteredOn(it -> it.object().at("/spec/selector").equals(labels))
        .extracting(it -> it.object().at("/metadata/name"))
        .containsExactly(set.at("/spec/serviceName"));
    JsonNode budget =
        common.stream()
            .filter(it -> it.kind().equals("PodDisruptionBudget"))
            .map(it -> it.object().path("spec"))
            .filter(it -> it.at("/selector/matchLabels").equals(labels))
            .findFirst()
            .orElseThrow();
    assertThat(budget.path("minAvailable").asInt()).isEqualTo(set.at("/spec/replicas").asInt() - 1);
    JsonNode between = only("common.yaml", "NetworkPolicy").object().at("/spec/ingress").path(0);
    assertThat(between.at("/from/0/podSelector/matchLabels")).isEqualTo(labels);
    assertThat(between.path("ports").findValues("port"))
        .extracting(JsonNode::asInt)
        .containsExactly(7800, 57_800);
  }

  /** With what the StatefulSet sets, but for places that are here others. */
  @Test
  @Tag("slow")
  void aServerStartsWithItsOptionsAndAnswersItsProbes() {
    JsonNode container =
        only("statefulset.yaml", "StatefulSet").object().at("/spec/template/spec/containers/0");
    ServerSettings node = Cluster.settings("127.0.0.1");
    Set<String> here =
        Stream.concat(
                node.runtimeOptions().stream(),
                Stream.of("--db-url-host", "--db-url-database", "--hostname", "--hostname-admin"))
            .map(KubernetesIT::name)
            .collect(Collectors.toSet());
    String[] options =
        StreamSupport.stream(container.path("env").spliterator(), false)
            .filter(variable -> variable.has("value"))
            .map(KubernetesIT::option)
            .filter(option -> !here.contains(name(option)))
            .toArray(String[]::new);
    assertThat(options)
        .contains("--spi-connections-jpa--quarkus--async-commit=false", "--shutdown-timeout=20s");

    try (ServerProcess server =
        ServerProcess.start(node.on(Database.createShared()).withRuntimeOptions(options))) {
      for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
        String path = container.path(probe).at("/httpGet/path").asText();
        assertThat(server.management(path).status()).as(path).isEqualTo(200);
      }
    }
  }

  private static String option(JsonNode variable) {
    return "--"
        + variable
            .path("name")
            .asText()
            .substring("KC_".length())
            .toLowerCase(Locale.ROOT)
            .replace('_', '-')
        + "="
        + variable.path("value").asText();
  }

  private static String name(String option) {
    return option.replaceFirst("=.*", "");
  }

  private static Manifest only(String file, String kind) {
    return Manifest.of(file).stream()
        .filter(object -> object.kind().equals(kind))
        .findFirst()
        .orElseThrow();
  }
}
