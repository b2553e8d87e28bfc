package com.expensicat.keycloak.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Browser;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.LineProcess;
import com.expensicat.keycloak.it.support.server.NodeApplication;
import com.expensicat.keycloak.it.support.server.Programs;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A library with a script around it that does what it is told, step by step. */
final class ScriptedClient implements ForeignClient {

  private static final String AUTHLIB = "import authlib, requests";

  private final KeycloakServer server;
  private final Supplier<LineProcess> start;
  private final ObjectNode settings;
  private LineProcess process;
  private JsonNode started;

  private ScriptedClient(KeycloakServer server, Supplier<LineProcess> start, ObjectNode settings) {
    this.server = server;
    this.start = start;
    this.settings = settings;
    this.process = start.get();
  }

  /** One from npm, of the shared server. */
  static ScriptedClient node(String script, ObjectNode settings) {
    return node(KeycloakServer.shared(), script, settings);
  }

  /** One from npm. */
  static ScriptedClient node(KeycloakServer server, String script, ObjectNode settings) {
    Path home = NodeApplication.INTEROP_CLIENTS.installed();
    return new ScriptedClient(
        server, () -> LineProcess.start(home, List.of("node", script)), settings);
  }

  /** Authlib, of the first Python of this machine that has it. */
  static ScriptedClient authlib(ObjectNode settings) {
    Path folder = Artifacts.INTEROP_CLIENTS.resolve("python");
    String python =
        Programs.named(List.of("python3"))
            .map(Path::toString)
            .filter(ScriptedClient::hasAuthlib)
            .findFirst()
            .orElseThrow(() -> Programs.skip("no Python with Authlib was found, so it cannot run"));
    return new ScriptedClient(
        KeycloakServer.shared(),
        () -> LineProcess.start(folder, List.of(python, "authlib_client.py")),
        settings);
  }

  private static boolean hasAuthlib(String python) {
    try {
      Path output = Files.createTempFile("python", ".txt");
      try {
        return Programs.run(Path.of("."), output, List.of(python, "-c", AUTHLIB)) == 0;
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Login logIn(Person person) {
    started = process.ask("authorize", settings);
    URI request = URI.create(started.path("url").asText());
    assertThat(request.toString()).startsWith(Addresses.PACK.authorize(server) + "?");
    URI callback = new Browser(server).grant(request, person);
    JsonNode tokens = process.ask("callback", Json.object("{}").put("url", callback.toString()));
    return Login.of(started.path("clientId").asText(), tokens);
  }

  @Override
  public void restart() {
    JsonNode stored = process.ask("stored");
    process.close();
    process = start.get();
    ObjectNode given = settings.deepCopy();
    given.set("stored", stored);
    process.ask("resume", given);
  }

  @Override
  public Optional<String> refresh() {
    return ForeignClient.accessToken(process.ask("refresh"));
  }

  @Override
  public void revoke() {
    process.ask("revoke");
  }

  @Override
  public String version() {
    return started.path("version").asText();
  }

  @Override
  public void close() {
    process.close();
  }
}
