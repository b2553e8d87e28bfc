package com.expensicat.keycloak.it.support.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A real nginx at the address that the shared server trusts, with settings that somebody is shown.
 * Where there is no nginx, to start it aborts the test.
 */
public final class Nginx implements AutoCloseable {

  private static final Duration LONGEST_START = Duration.ofSeconds(10);

  private final int port = ServerProcess.freePort();
  private final Path home;
  private final Process process;

  private Nginx(Path nginx, String locations, URI api) throws IOException {
    Files.createDirectories(Artifacts.SERVERS);
    home = Files.createTempDirectory(Artifacts.SERVERS, "nginx-");
    Path configuration = home.resolve("nginx.conf");
    Files.writeString(configuration, configuration(locations, api));
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

  /**
   * Starts it before an API and the shared server.
   *
   * @param locations what stands in its {@code server}, with the API at {@code http://api} and
   *     Keycloak at {@code http://keycloak:8080}
   * @param api where the API really is
   */
  public static Nginx start(String locations, URI api) {
    Assumptions.assumeTrue(
        KeycloakServer.shared() instanceof ServerProcess, "The server trusts another proxy.");
    Path nginx =
        Stream.concat(Programs.named(List.of("nginx")), Stream.of(Path.of("/usr/sbin/nginx")))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> Programs.skip("nginx was not found, so it cannot be a gateway"));
    try {
      return new Nginx(nginx, locations, api);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String configuration(String locations, URI api) {
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
            locations
                .replace(
                    "http://keycloak:8080",
                    KeycloakServer.shared().baseUrl().replace("localhost", "127.0.0.1"))
                .replace("http://api;", "http://" + api.getRawAuthority() + ";"));
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

  public URI at(String pathAndQuery) {
    return URI.create("http://127.0.0.1:" + port + pathAndQuery);
  }

  @Override
  public void close() {
    Programs.stop(process);
  }
}
