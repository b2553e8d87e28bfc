package com.expensicat.keycloak.it.server;

import static com.expensicat.keycloak.it.support.oauth.AuthorizationFlow.authorizeAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.AdminApi;
import com.expensicat.keycloak.it.support.admin.NewPerson;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.oauth.DemoApp;
import com.expensicat.keycloak.it.support.oauth.ResourceServer;
import com.expensicat.keycloak.it.support.oauth.ScopeTable;
import com.expensicat.keycloak.it.support.oauth.TokenClient;
import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.OwnServers;
import com.expensicat.keycloak.it.support.server.Programs;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files of a release, and nothing else of ours, in a Keycloak that has never seen the pack, by
 * the commands of {@code docs/installing.md} as they stand there.
 */
@Tag("slow")
@Tag("release")
@OwnServers
class ReleaseIT {

  private static final String VERSION = System.getProperty("pack.version");
  private static final String CHECKSUMS = "SHA256SUMS";
  private static final List<String> FILES =
      List.of(
          "RELEASE-NOTES.md",
          "expensicat-auth-sbom.json",
          "expensicat-auth.jar",
          "expensicat-realm.json");

  @Test
  void byTheCommandsOfThePageAKeycloakServesTheGuidesFlow() throws IOException {
    assertThat(files()).containsExactlyInAnyOrderElementsOf(with(CHECKSUMS));
    try (ServerProcess server = ServerProcess.startBy(commands(), Artifacts.RELEASE)) {
      AdminApi admin = server.admin();
      assertThat(server.log()).contains(FILES.stream().map(file -> file + ": OK").toList());
      assertThat(admin.get("/expensicat").path("version").textValue()).isEqualTo(VERSION);
      assertThat(admin.get("/users")).isEmpty();
      assertThat(admin.findClient("expensicat-demo-app")).isEmpty();
      admin.createClient(
          Json.object(
              "{'clientId':'expensicat-demo-app','publicClient':true,"
                  + "'redirectUris':['http://127.0.0.1:9876/callback']}"));
      try (NewPerson person = NewPerson.join(server)) {
        Browser browser = new Browser(server);
        Answer answer =
            authorizeAt(Addresses.PACK, server)
                .as(person.person())
                .scope(ScopeTable.SCOPES)
                .tokens(browser, BodyKind.JSON);
        assertThat(answer.status()).as(answer::summary).isEqualTo(200);
        JsonNode refreshed = DemoApp.refresh(server, Addresses.PACK, answer.json()).json();
        JsonNode said =
            resourceServer(admin)
                .introspect(server, Addresses.PACK, refreshed.path("access_token").asText());

        assertThat(said.path("active").asBoolean()).as(said::toString).isTrue();
        assertThat(said.path("sub").asText()).isEqualTo(person.id());
        assertThat(said.path("scope").asText().split(" "))
            .containsExactlyInAnyOrderElementsOf(ScopeTable.SCOPES);
      }
      assertThat(server.log()).doesNotContainPattern("(WARN|ERROR) +\\[com\\.expensicat\\.");
    }
  }

  @Test
  void aFileThatWasChangedOnTheWayIsNoticedBeforeAnythingIsCopied(@TempDir Path folder)
      throws IOException {
    for (String file : with(CHECKSUMS)) {
      Files.copy(Artifacts.RELEASE.resolve(file), folder.resolve(file));
    }
    List<String> check = List.of("bash", "-c", commands().lines().findFirst().orElseThrow());
    Path output = folder.resolve("output");
    assertThat(Programs.run(folder, output, check)).isZero();

    Files.writeString(folder.resolve("expensicat-realm.json"), " ", StandardOpenOption.APPEND);

    assertThat(Programs.run(folder, output, check)).isNotZero();
    assertThat(output).content().contains("expensicat-realm.json: FAILED");
  }

  @Test
  void theNotesAreThoseOfThisVersionAlone() throws IOException {
    List<String> notes = Files.readAllLines(Artifacts.RELEASE.resolve("RELEASE-NOTES.md"));
    assertThat(notes).filteredOn(line -> line.startsWith("## ")).hasSize(1);
    assertThat(notes.get(0)).startsWith("## " + VERSION + " (");
    assertThat(notes).hasSizeGreaterThan(2).noneMatch(line -> line.contains("]("));
  }

  private static List<String> with(String more) {
    return Stream.concat(FILES.stream(), Stream.of(more)).toList();
  }

  private static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(Artifacts.RELEASE)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** The first block of the page. */
  private static String commands() throws IOException {
    String page = Files.readString(Artifacts.INSTALLING_PAGE);
    return page.split("```sh\n", 2)[1].split("```", 2)[0];
  }

  /** The API's client of the realm's file, with the secret that Keycloak has made for it. */
  private static ResourceServer resourceServer(AdminApi admin) {
    String secret =
        admin.get(admin.clientPath("expensicat-api") + "/client-secret").path("value").asText();
    assertThat(secret).isNotEqualTo("expensicat-api-dev-secret");
    return new ResourceServer(TokenClient.basic("expensicat-api", secret));
  }
}
