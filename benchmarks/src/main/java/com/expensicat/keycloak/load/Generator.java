package com.expensicat.keycloak.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends requests over kept connections, each the next one as soon as it has its answer: one thread
 * and prepared bytes, so that the load itself costs as little as can be of the processors that it
 * shares with the server. Reads of an answer its status and, by {@code Content-Length} (RFC 9112
 * 6.2), its end.
 */
final class Generator {

  private static final int LARGEST_ANSWER = 64 * 1024;
  private static final long LONGEST_WAIT = 10_000_000_000L; // nanoseconds
  private static final Pattern LENGTH =
      Pattern.compile("(?i)\r\ncontent-length: *(\\d+) *(?=\r\n)");

  private final InetSocketAddress server;
  private final int connections;

  Generator(InetSocketAddress server, int connections) {
    this.server = server;
    this.connections = connections;
  }

  /**
   * Sends these requests in turn for some time.
   *
   * @param requests whole HTTP/1.1 requests, which keep the connection
   * @param seconds for how long
   */
  Sample run(List<byte[]> requests, int seconds) throws IOException {
    return new Run(requests, seconds).run();
  }

  /** One run. */
  private final class Run {

    private final List<byte[]> requests;
    private final long duration;
    private int sent;
    private int underWay;
    private boolean over;
    private long[] latencies = new long[1 << 16];
    private int answers;
    private int failures;
    private String firstFailure = "";

    Run(List<byte[]> requests, int seconds) {
      this.requests = requests;
      this.duration = seconds * 1_000_000_000L;
    }

    Sample run() throws IOException {
      try (Selector selector = Selector.open()) {
        try {
          for (int i = 0; i < connections; i++) {
            new Connection(selector);
          }
          long start = System.nanoTime();
          for (SelectionKey key : selector.keys()) {
            ((Connection) key.attachment()).send();
          }
          long now = start;
          while (now - start < duration) {
            selector.select(key -> ((Connection) key.attachment()).receive(), 100);
            now = System.nanoTime();
          }
          over = true;
          await(selector, now);
          long[] sorted = Arrays.copyOf(latencies, answers);
          Arrays.sort(sorted);
          return new Sample(sorted, now - start, failures, firstFailure);
        } finally {
          for (SelectionKey key : selector.keys()) {
            key.channel().close();
          }
        }
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }

    /** Takes the last answers, which do not count: a server complains of who leaves without. */
    private void await(Selector selector, long end) throws IOException {
      while (underWay > 0 && System.nanoTime() - end < LONGEST_WAIT) {
        selector.select(key -> ((Connection) key.attachment()).receive(), 100);
      }
    }

    private void answered(long latency, String head) {
      if (!head.startsWith("HTTP/1.1 200")) {
        failures++;
        if (firstFailure.isEmpty()) {
          firstFailure = head.substring(0, head.indexOf('\r'));
        }
      }
      if (answers == latencies.length) {
        latencies = Arrays.copyOf(latencies, answers * 2);
      }
      latencies[answers++] = latency;
    }

    /** One kept connection, with one request under way. */
    private final class Connection {

      private final SocketChannel channel;
      private final ByteBuffer answer = ByteBuffer.allocate(LARGEST_ANSWER);
      private long sentAt;

      Connection(Selector selector) throws IOException {
        channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, this);
      }

      void send() throws IOException {
        ByteBuffer request = ByteBuffer.wrap(requests.get(sent++ % requests.size()));
        sentAt = System.nanoTime();
        underWay++;
        // A request is far smaller than what the socket takes at once.
        while (request.hasRemaining()) {
          channel.write(request);
        }
      }

      void receive() {
        try {
          if (channel.read(answer) < 0) {
            throw new EOFException("The server closed a connection.");
          }
          String text = new String(answer.array(), 0, answer.position(), ISO_8859_1);
          int end = text.indexOf("\r\n\r\n");
          if (end >= 0) {
            Matcher length = LENGTH.matcher(text);
            if (!length.find()) {
              throw new IOException("An answer without Content-Length: " + text);
            }
            if (text.length() >= end + 4 + Integer.parseInt(length.group(1))) {
              underWay--;
              answer.clear();
              if (!over) {
                answered(System.nanoTime() - sentAt, text);
                send();
              }
            }
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
