package com.expensicat.keycloak.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Chromium;
import com.expensicat.keycloak.it.support.browser.Look;
import com.expensicat.keycloak.it.support.browser.Window;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.server.LineProcess;
import com.expensicat.keycloak.it.support.server.NodeApplication;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An application of scripts in a real browser, which calls the server from an origin of its own.
 */
final class BrowserClient implements ForeignClient {

  /** A step of the application, which has a quarter of a minute for it. */
  private static final String STEP =
      """
      () => Promise.race([
        app.%s(),
        new Promise((_, fail) => setTimeout(() => fail(new Error("No answer")), 15_000)),
      ])""";

  private final LineProcess process;
  private final ObjectNode settings;
  private final JsonNode started;
  private final String home;
  private final Window window;

  private BrowserClient(LineProcess process, ObjectNode settings, int port) {
    this.process = process;
    this.settings = settings;
    this.started = process.ask("start", settings);
    this.home = "http://localhost:" + port + "/";
    this.window = Window.open(Look.LIGHT);
  }

  /**
   * The application that a library is in.
   *
   * @param script of {@code clients/node}
   * @param port that of the redirect URI
   */
  static BrowserClient start(String library, String script, ObjectNode settings, int port) {
    Chromium.running();
    LineProcess process =
        LineProcess.start(
            NodeApplication.INTEROP_CLIENTS.installed(), List.of("node", "browser.mjs"));
    try {
      ObjectNode given =
          settings.deepCopy().put("library", library).put("app", script).put("port", port);
      return new BrowserClient(process, given, port);
    } catch (Throwable e) {
      process.close();
      throw e;
    }
  }

  /** Where the realm sends people back to, with the port, as an admin writes it. */
  static String redirectUri(int port) {
    return "http://localhost:" + port + "/callback";
  }

  @Override
  public Login logIn(Person person) {
    open(home);
    page().evaluate("() => { app.signIn(); }");
    page().waitForSelector("#kc-login");
    window.signIn(person);
    page().click("[name=accept]");
    page().waitForURL(url -> url.startsWith(settings.path("redirectUri").asText()));
    awaitApp();
    Login login = Login.of(settings.path("clientId").asText(), app("tokens"));
    assertThat(window.complaints()).isEmpty();
    return login;
  }

  private void open(String address) {
    page().navigate(address);
    awaitApp();
  }

  private void awaitApp() {
    inPage(() -> page().waitForFunction("() => globalThis.app !== undefined"));
  }

  private JsonNode app(String step) {
    return Json.tree(inPage(() -> page().evaluate(STEP.formatted(step))));
  }

  /** What goes wrong in a script is told by the browser alone, a refusal by CORS for one. */
  private <T> T inPage(Supplier<T> action) {
    try {
      return action.get();
    } catch (PlaywrightException e) {
      throw new AssertionError("The browser complains of " + window.complaints(), e);
    }
  }

  private Page page() {
    return window.page();
  }

  @Override
  public void restart() {
    window.restart();
    open(home);
  }

  @Override
  public Optional<String> refresh() {
    return ForeignClient.accessToken(app("refresh"));
  }

  @Override
  public void revoke() {
    assertThat(app("revoke").path("status").asInt()).isEqualTo(200);
    assertThat(window.complaints()).isEmpty();
  }

  @Override
  public String version() {
    return started.path("version").asText();
  }

  @Override
  public void close() {
    window.close();
    process.close();
  }
}
