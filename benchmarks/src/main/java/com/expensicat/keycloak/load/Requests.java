package com.expensicat.keycloak.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/** HTTP/1.1 requests to one server, byte by byte. */
final class Requests {

  private static final String FORM = "application/x-www-form-urlencoded";

  private final String authority;

  /**
   * @param authority host and port
   */
  Requests(String authority) {
    this.authority = authority;
  }

  /**
   * @param header a header line, or an empty text
   */
  byte[] get(String path, String header) {
    return bytes("GET " + path, header, "");
  }

  /**
   * @param credentials the client's {@code id:secret}, or an empty text
   */
  byte[] postForm(String path, String credentials, Map<String, String> form) {
    return post(path, credentials.isEmpty() ? "" : basic(credentials), FORM, query(form));
  }

  byte[] postJson(String path, Map<String, String> members) {
    String json =
        members.entrySet().stream()
            .map(one -> '"' + one.getKey() + "\":\"" + one.getValue() + '"')
            .collect(Collectors.joining(",", "{", "}"));
    return post(path, "", "application/json", json);
  }

  static String bearer(String token) {
    return "Authorization: Bearer " + token;
  }

  private static String basic(String credentials) {
    return "Authorization: Basic "
        + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8));
  }

  static String cookies(Map<String, String> cookies) {
    return cookies.isEmpty()
        ? ""
        : "Cookie: "
            + cookies.entrySet().stream()
                .map(cookie -> cookie.getKey() + '=' + cookie.getValue())
                .collect(Collectors.joining("; "));
  }

  /** Parameters in the form of a query. */
  static String query(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(one -> one.getKey() + '=' + URLEncoder.encode(one.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }

  private byte[] post(String path, String header, String type, String body) {
    String about = "Content-Type: " + type + "\r\nContent-Length: " + body.length();
    return bytes("POST " + path, header.isEmpty() ? about : header + "\r\n" + about, body);
  }

  private byte[] bytes(String start, String headers, String body) {
    String lines = headers.isEmpty() ? "" : headers + "\r\n";
    return (start + " HTTP/1.1\r\nHost: " + authority + "\r\n" + lines + "\r\n" + body)
        .getBytes(ISO_8859_1);
  }
}
