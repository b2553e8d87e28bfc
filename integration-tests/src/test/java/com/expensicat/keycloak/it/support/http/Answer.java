package com.expensicat.keycloak.it.support.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.FormElement;

/** What the server answered to one request for {@code uri}; redirects are not followed. */
public record Answer(URI uri, int status, HttpHeaders headers, String body) {

  public static Answer of(HttpResponse<String> response) {
    return new Answer(response.uri(), response.statusCode(), response.headers(), response.body());
  }

  /** The first value of that header. */
  public Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** The absolute address of a redirect; empty for every other answer. */
  public Optional<URI> location() {
    return status >= 300 && status < 400 ? header("Location").map(uri::resolve) : Optional.empty();
  }

  /** The body as JSON, or an assertion error that shows the answer. */
  public JsonNode json() {
    return Json.read(body)
        .orElseThrow(() -> new AssertionError("No JSON in the answer: " + summary()));
  }

  /** The body as an HTML page. */
  public Document document() {
    return Jsoup.parse(body, uri.toString());
  }

  /** The first form of the page that fits a CSS selector. */
  public Optional<FormElement> form(String selector) {
    return document().select(selector).forms().stream().findFirst();
  }

  /** Status, address and body: what a person wants to see when a test fails. */
  public String summary() {
    String text = body.contains("<html") ? document().text() : body;
    return status + " " + uri + location().map(to -> " -> " + to).orElse("") + "\n" + text;
  }
}
