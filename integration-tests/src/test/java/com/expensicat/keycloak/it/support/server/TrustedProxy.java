package com.expensicat.keycloak.it.support.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.expensicat.keycloak.it.support.http.Answer;
import com.expensicat.keycloak.it.support.http.Parameters;
import com.expensicat.keycloak.it.support.http.Parameters.Parameter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A proxy at an address of this machine whose {@code X-Forwarded-*} a server process of the tests
 * believes, as it does nobody else's. Where the machine has no second loopback address, or the
 * server is none that the tests started, the test is aborted.
 */
public final class TrustedProxy {

  public static final String ADDRESS = "127.0.0.2";

  private TrustedProxy() {}

  /** One GET, with a connection of its own. */
  public static Answer get(URI uri, Parameters headers) {
    Assumptions.assumeTrue(
        KeycloakServer.shared() instanceof ServerProcess, "The server trusts another proxy.");
    String request =
        Stream.concat(
                Stream.of(
                    "GET " + uri.getRawPath() + query(uri) + " HTTP/1.1",
                    "Host: " + uri.getRawAuthority(),
                    "Connection: close"),
                headers.list().stream().map(TrustedProxy::line))
            .collect(Collectors.joining("\r\n", "", "\r\n\r\n"));
    try (Socket socket =
        new Socket("127.0.0.1", uri.getPort(), InetAddress.getByName(ADDRESS), 0)) {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return answer(uri, new String(socket.getInputStream().readAllBytes(), ISO_8859_1));
    } catch (BindException e) {
      throw Programs.skip("this machine has no address " + ADDRESS + ", so no proxy is trusted");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String query(URI uri) {
    return uri.getRawQuery() == null ? "" : '?' + uri.getRawQuery();
  }

  private static String line(Parameter header) {
    return header.name() + ": " + header.value();
  }

  private static Answer answer(URI uri, String response) {
    String[] headAndBody = response.split("\r\n\r\n", 2);
    String[] lines = headAndBody[0].split("\r\n", -1);
    HttpHeaders headers =
        HttpHeaders.of(
            Stream.of(lines)
                .skip(1)
                .map(line -> line.split(": ?", 2))
                .collect(
                    Collectors.groupingBy(
                        line -> line[0], Collectors.mapping(line -> line[1], Collectors.toList()))),
            (name, value) -> true);
    return new Answer(uri, Integer.parseInt(lines[0].split(" ", 3)[1]), headers, headAndBody[1]);
  }
}
