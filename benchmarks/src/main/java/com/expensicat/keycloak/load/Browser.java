package com.expensicat.keycloak.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;

/** A person's browser, with the cookies of one server: signs the person in before the load. */
final class Browser {

  private static final int MOST_PAGES = 15;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, String> cookies = new LinkedHashMap<>();

  /**
   * A page.
   *
   * @param location where it redirects to, or an empty text
   */
  record Page(int status, URI address, String location, String body) {}

  Map<String, String> cookies() {
    return cookies;
  }

  /**
   * Goes from an address to where the application is called, through whatever pages there are:
   * ticks all boxes, types what a form asks for, and agrees.
   *
   * @param typed what is typed, by the fields' names
   * @return the address that the application is called at, with its query
   */
  String visit(String address, Map<String, String> typed) throws IOException {
    Page page = get(address);
    for (int pages = 0; pages < MOST_PAGES; pages++) {
      if (page.location().startsWith(Endpoints.REDIRECT_URI)) {
        return page.location();
      }
      page =
          page.location().isEmpty()
              ? submit(page, typed)
              : get(page.address().resolve(page.location()).toString());
    }
    throw new IOException("The browser does not come back from " + page.address());
  }

  private Page submit(Page page, Map<String, String> typed) throws IOException {
    Element form =
        Jsoup.parse(page.body(), page.address().toString()).selectFirst("form[method=post i]");
    if (form == null) {
      throw new IOException("No form, status " + page.status() + ": " + page.body());
    }
    StringBuilder fields = new StringBuilder();
    for (Element field : form.select("input[name], button[name]")) {
      String name = field.attr("name");
      boolean isButton = field.normalName().equals("button") || field.attr("type").equals("submit");
      if (!isButton || name.equals("accept")) {
        String value = typed.getOrDefault(name, field.attr("value"));
        fields.append(fields.isEmpty() ? "" : "&").append(Requests.query(Map.of(name, value)));
      }
    }
    return post(form.absUrl("action"), "application/x-www-form-urlencoded", fields.toString());
  }

  Page get(String address) throws IOException {
    return send(HttpRequest.newBuilder(URI.create(address)));
  }

  Page post(String address, String type, String body) throws IOException {
    return send(
        HttpRequest.newBuilder(URI.create(address))
            .header("Content-Type", type)
            .header("Origin", address.replaceFirst("(?<=\\w)/.*", ""))
            .POST(BodyPublishers.ofString(body)));
  }

  private Page send(HttpRequest.Builder builder) throws IOException {
    if (!cookies.isEmpty()) {
      builder.header("Cookie", Requests.cookies(cookies).substring("Cookie: ".length()));
    }
    HttpRequest request = builder.header("Accept", "text/html, */*;q=0.1").build();
    try {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      answer.headers().allValues("Set-Cookie").forEach(one -> Answer.keepCookie(one, cookies));
      return new Page(
          answer.statusCode(),
          request.uri(),
          answer.headers().firstValue("Location").orElse(""),
          answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted", e);
    }
  }
}
