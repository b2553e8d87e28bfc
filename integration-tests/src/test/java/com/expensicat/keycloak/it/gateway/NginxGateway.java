package com.expensicat.keycloak.it.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.expensicat.keycloak.it.support.http.BodyKind;
import com.expensicat.keycloak.it.support.http.Json;
import com.expensicat.keycloak.it.support.server.Artifacts;
import com.expensicat.keycloak.it.support.server.KeycloakServer;
import com.expensicat.keycloak.it.support.server.Programs;
import com.expensicat.keycloak.it.support.server.ServerProcess;
import com.expensicat.keycloak.it.support.server.TrustedProxy;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A real nginx with the settings that the documentation shows, at the address that the shared
 * server trusts, before an API that answers with the request's headers as JSON. Where there is no
 * nginx, to start it aborts the test.
 */
final class NginxGateway implements AutoCloseable {

  private static final Path DOCUMENTATION = Path.of("..", "docs", "gateways.md");
  private static final Pattern SETTINGS = Pattern.compile("(?s)```nginx\n(.*?)```");
  private static final Duration LONGEST_START = Duration.ofSeconds(10);

  private final int port = ServerProcess.freePort();
  private final HttpServer api;
  private final Path home;
  private final Process process;

  private NginxGateway(Path nginx) throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext("/", NginxGateway::echo);
    api.start();
    Files.createDirectories(Artifacts.SERVERS);
    home = Files.createTempDirectory(Artifacts.SERVERS, "nginx-");
    Path configuration = home.resolve("nginx.conf");
    Files.writeString(configuration, configuration());
    process =
        new ProcessBuilder(
                nginx.toString(),
                "-p",
                home.toString(),
                "-e",
                "stderr",
                "-c",
                configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("nginx.log").toFile())
            .start();
    awaitReady();
  }

  static NginxGateway start() {
    Assumptions.assumeTrue(
        KeycloakServer.shared() instanceof ServerProcess, "The server trusts another proxy.");
    Path nginx =
        Stream.concat(Programs.named(List.of("nginx")), Stream.of(Path.of("/usr/sbin/nginx")))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> Programs.skip("nginx was not found, so it cannot be a gateway"));
    try {
      return new NginxGateway(nginx);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The settings of the documentation, with the addresses of this run in them. */
  private String configuration() throws IOException {
    Matcher settings = SETTINGS.matcher(Files.readString(DOCUMENTATION));
    if (!settings.find()) {
      throw new AssertionError("No settings of nginx in " + DOCUMENTATION);
    }
    return """
        daemon off;
        pid nginx.pid;
        events {}
        http {
          access_log off;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          server {
            listen 127.0.0.1:%d;
            proxy_bind %s;
            %s
          }
        }
        """
        .formatted(
            port,
            TrustedProxy.ADDRESS,
            settings
                .group(1)
                .replace(
                    "http://keycloak:8080",
                    KeycloakServer.shared().baseUrl().replace("localhost", "127.0.0.1"))
                .replace("http://api;", "http://127.0.0.1:" + api.getAddress().getPort() + ";"));
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

  private void awaitReady() {
    Instant deadline = Instant.now().plus(LONGEST_START);
    while (!listens()) {
      if (!process.isAlive() || Instant.now().isAfter(deadline)) {
        close();
        throw new AssertionError("nginx does not start:\n" + log());
      }
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      try {
        Thread.sleep(50);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(interrupted);
      }
      return false;
    }
  }

  private String log() {
    try {
      return Files.readString(home.resolve("nginx.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An address below the one that is guarded. */
  URI uri(String pathAndQuery) {
    return URI.create("http://127.0.0.1:" + port + pathAndQuery);
  }

  @Override
  public void close() {
    Programs.stop(process);
    api.stop(0);
  }
}
