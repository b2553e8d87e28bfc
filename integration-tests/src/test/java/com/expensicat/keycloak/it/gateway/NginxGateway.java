package com.expensicat.keycloak.it.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.server.Nginx;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * nginx with the settings that the documentation shows, before an API that answers with the
 * request's headers as JSON.
 */
final class NginxGateway implements AutoCloseable {

  private static final Path DOCUMENTATION = Path.of("..", "docs", "gateways.md");
  private static final Pattern SETTINGS = Pattern.compile("(?s)```nginx\n(.*?)```");

  private final HttpServer api;
  private final Nginx nginx;

  private NginxGateway() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext("/", NginxGateway::echo);
    api.start();
    nginx = Nginx.start(settings(), URI.create("http://127.0.0.1:" + api.getAddress().getPort()));
  }

  static NginxGateway start() {
    try {
      return new NginxGateway();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String settings() throws IOException {
    Matcher settings = SETTINGS.matcher(Files.readString(DOCUMENTATION));
    if (!settings.find()) {
      throw new AssertionError("No settings of nginx in " + DOCUMENTATION);
    }
    return settings.group(1);
  }

  private static void echo(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, List<String>> headers = exchange.getRequestHeaders();
      byte[] body = Json.write(headers).getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", BodyKind.JSON.mediaType());
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** An address below the one that is guarded. */
  URI uri(String pathAndQuery) {
    return nginx.at(pathAndQuery);
  }

  @Override
  public void close() {
    nginx.close();
    api.stop(0);
  }
}
