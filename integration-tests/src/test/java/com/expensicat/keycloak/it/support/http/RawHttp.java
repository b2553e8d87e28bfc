package com.expensicat.keycloak.it.support.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.expensicat.keycloak.it.support.server.KeycloakServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

/** One connection to a server, for requests that no HTTP client would send. */
public final class RawHttp implements AutoCloseable {

  private static final Pattern STATUS = Pattern.compile("(?m)^HTTP/1\\.[01] (\\d{3})\\b");
  private static final int PATIENCE_MILLIS = 3000;

  private final Socket socket;

  /**
   * All that came back until the server closed the connection or said no more.
   *
   * @param text head and body of each answer, as they came
   */
  public record Said(String text) {

    /** The status of each answer. */
    public List<Integer> statuses() {
      return STATUS.matcher(text).results().map(found -> Integer.valueOf(found.group(1))).toList();
    }
  }

  private RawHttp(KeycloakServer server) throws IOException {
    URI base = URI.create(server.baseUrl());
    socket = new Socket(base.getHost(), base.getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
  }

  public static RawHttp to(KeycloakServer server) {
    try {
      return new RawHttp(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends this alone, and reads what comes back. */
  public static Said exchange(KeycloakServer server, byte[] bytes) {
    try (RawHttp connection = to(server)) {
      return connection.send(bytes).read();
    }
  }

  /** The head of a POST to that address, up to the empty line, with these headers more. */
  public static String post(URI address, String contentType, String... headers) {
    return "POST "
        + address.getRawPath()
        + " HTTP/1.1\r\nHost: "
        + address.getRawAuthority()
        + "\r\nContent-Type: "
        + contentType
        + "\r\n"
        + List.of(headers).stream().map(header -> header + "\r\n").reduce("", String::concat)
        + "\r\n";
  }

  /** A POST of that body, after which the connection is to be closed. */
  public static Said post(
      KeycloakServer server, URI address, String contentType, byte[] body, String... headers) {
    String head =
        post(address, contentType, headers)
            .replaceFirst(
                "\r\n\r\n$",
                "\r\nContent-Length: " + body.length + "\r\nConnection: close\r\n\r\n");
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.getBytes(ISO_8859_1));
    request.writeBytes(body);
    return exchange(server, request.toByteArray());
  }

  /** Sends bytes; a server that has closed the connection meanwhile has an answer to read. */
  public RawHttp send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (IOException e) {
      // What was answered before is read next.
    }
    return this;
  }

  public RawHttp send(String text) {
    return send(text.getBytes(ISO_8859_1));
  }

  public Said read() {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      for (int count; (count = socket.getInputStream().read(buffer)) >= 0; ) {
        said.write(buffer, 0, count);
      }
    } catch (SocketTimeoutException e) {
      // Nothing more is said.
    } catch (IOException e) {
      // The connection was reset; what came before counts.
    }
    return new Said(said.toString(ISO_8859_1));
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
