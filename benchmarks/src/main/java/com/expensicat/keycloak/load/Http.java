package com.expensicat.keycloak.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What has to be asked before and after the load, with the cookies of one site. */
final class Http {

  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, String> cookies = new LinkedHashMap<>();

  /**
   * An answer.
   *
   * @param location where it redirects to, or an empty text
   */
  record Answer(int status, String location, String body) {

    /** A member of a JSON object that is a string without escapes. */
    String text(String member) throws IOException {
      Matcher value =
          Pattern.compile('"' + Pattern.quote(member) + "\"\\s*:\\s*\"([^\"\\\\]+)\"")
              .matcher(body);
      if (!value.find()) {
        throw new IOException("No " + member + " in an answer with status " + status + ": " + body);
      }
      return value.group(1);
    }
  }

  Answer get(String address) throws IOException {
    return send(HttpRequest.newBuilder(URI.create(address)));
  }

  Answer delete(String address, String token) throws IOException {
    return send(
        HttpRequest.newBuilder(URI.create(address))
            .header("Authorization", "Bearer " + token)
            .DELETE());
  }

  /**
   * @param token the bearer token, or an empty text
   */
  Answer postJson(String address, String token, String json) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json));
    return send(token.isEmpty() ? request : request.header("Authorization", "Bearer " + token));
  }

  /**
   * @param credentials the client's {@code id:secret}, or an empty text
   */
  Answer postForm(String address, String credentials, Map<String, String> form) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form(form)));
    return send(
        credentials.isEmpty()
            ? request
            : request.header(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8))));
  }

  /** Parameters in the form of a query. */
  static String form(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(one -> one.getKey() + '=' + URLEncoder.encode(one.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }

  private Answer send(HttpRequest.Builder request) throws IOException {
    if (!cookies.isEmpty()) {
      request.header(
          "Cookie",
          cookies.entrySet().stream()
              .map(cookie -> cookie.getKey() + '=' + cookie.getValue())
              .collect(Collectors.joining("; ")));
    }
    try {
      HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
      for (String cookie : answer.headers().allValues("Set-Cookie")) {
        String[] pair = cookie.replaceFirst(";.*", "").split("=", 2);
        cookies.put(pair[0], pair[1]);
      }
      return new Answer(
          answer.statusCode(), answer.headers().firstValue("Location").orElse(""), answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted", e);
    }
  }
}
