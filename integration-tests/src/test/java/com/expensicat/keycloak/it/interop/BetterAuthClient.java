package com.expensicat.keycloak.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.server.LineProcess;
import com.expensicat.keycloak.it.support.server.NodeApplication;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** Better Auth's generic OAuth plugin in a web application. */
final class BetterAuthClient implements ForeignClient {

  private final LineProcess process;
  private final ObjectNode settings;
  private final JsonNode started;
  private final WebClient web;

  private BetterAuthClient(LineProcess process, ObjectNode settings) {
    this.process = process;
    this.settings = settings;
    this.started = process.ask("start", settings);
    this.web = WebClient.at(started.path("url").asText());
  }

  static BetterAuthClient start(ObjectNode settings) {
    LineProcess process =
        LineProcess.start(
            NodeApplication.INTEROP_CLIENTS.installed(), List.of("node", "better-auth.mjs"));
    try {
      return new BetterAuthClient(process, settings);
    } catch (Throwable e) {
      process.close();
      throw e;
    }
  }

  /** Where the realm sends people back to. */
  static String redirectUri(int port) {
    return "http://127.0.0.1:" + port + "/api/auth/callback/expensicat";
  }

  @Override
  public Login logIn(Person person) {
    web.logIn("/sign-in", person, "/");
    return Login.of(settings.path("clientId").asText(), web.json("/"));
  }

  @Override
  public Optional<String> refresh() {
    return ForeignClient.accessToken(web.json("/refresh"));
  }

  @Override
  public void revoke() {
    assertThat(web.json("/revoke").path("status").asInt()).isEqualTo(200);
  }

  @Override
  public String version() {
    return started.path("version").asText();
  }

  @Override
  public void close() {
    web.close();
    process.close();
  }
}
