package com.expensicat.keycloak.it.interop;

import com.expensicat.keycloak.it.support.admin.Person;
import com.expensicat.keycloak.it.support.browser.Look;
import com.expensicat.keycloak.it.support.browser.Window;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.oauth.Addresses;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;

/**
 * A web application that is an OAuth client, in a window of a real browser.
 *
 * @param address scheme, host and port
 */
record WebClient(String address, Window window) implements AutoCloseable {

  static WebClient at(String address) {
    return new WebClient(address, Window.open(Look.LIGHT));
  }

  /**
   * Opens a page of it that sends people to the server, and goes through login and consent.
   *
   * @param landing the page of it that one is back on
   */
  void logIn(String start, Person person, String landing) {
    Page page = window.page();
    String authorize = Addresses.PACK.authorize(KeycloakServer.shared()) + "?";
    page.waitForRequest(
        request -> request.url().startsWith(authorize), () -> page.navigate(address + start));
    window.signIn(person);
    page.click("[name=accept]");
    page.waitForURL(address + landing);
  }

  /** What a page of it shows, which is JSON. */
  JsonNode json(String path) {
    String text = visit(path);
    return Json.read(text)
        .orElseThrow(() -> new AssertionError("No JSON at " + path + ": " + text));
  }

  /** Opens a page of it; its text, after all redirects. */
  String visit(String path) {
    return window.page().navigate(address + path).text();
  }

  @Override
  public void close() {
    window.close();
  }
}
