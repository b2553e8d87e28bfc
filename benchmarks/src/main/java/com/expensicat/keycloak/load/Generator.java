package com.expensicat.keycloak.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Keeps a server busy: a closed loop over kept connections, each of which sends its next request as
 * soon as it has the answer to the one before. One thread and prepared bytes, so that the load
 * itself costs as little as can be of the processors that it shares with the server.
 */
final class Generator {

  private static final int LARGEST_ANSWER = 64 * 1024;
  private static final long LONGEST_WAIT = 10_000_000_000L; // nanoseconds
  private static final int PAUSE = 100; // milliseconds

  private final InetSocketAddress server;

  Generator(InetSocketAddress server) {
    this.server = server;
  }

  /** Has each connection do its work for so many seconds. */
  Sample run(List<? extends Work> works, int seconds) throws IOException {
    return new Run(seconds * 1_000_000_000L, Integer.MAX_VALUE).run(works);
  }

  /** Has each connection do so many units of its work, all of which are answered. */
  Sample repeat(List<? extends Work> works, int units) throws IOException {
    return new Run(Long.MAX_VALUE, units).run(works);
  }

  /** One run. */
  private final class Run {

    private final long duration;
    private final int units;
    private int busy;
    private boolean over;
    private long[] latencies = new long[1 << 16];
    private int done;
    private String failure = "";

    Run(long duration, int units) {
      this.duration = duration;
      this.units = units;
    }

    Sample run(List<? extends Work> works) throws IOException {
      try (Selector selector = Selector.open()) {
        try {
          for (Work work : works) {
            new Connection(selector, work);
          }
          long start = System.nanoTime();
          for (SelectionKey key : selector.keys()) {
            ((Connection) key.attachment()).begin();
          }
          long now = start;
          long lastDone = start;
          int before = 0;
          while (!over && busy > 0 && now - start < duration) {
            selector.select(Run::received, PAUSE);
            now = System.nanoTime();
            if (done > before) {
              before = done;
              lastDone = now;
            } else if (now - lastDone > LONGEST_WAIT) {
              fail("No answer for 10 s");
            }
          }
          over = true;
          await(selector, now);
          long[] sorted = Arrays.copyOf(latencies, done);
          Arrays.sort(sorted);
          return Sample.of(sorted, now - start, failure);
        } finally {
          for (SelectionKey key : selector.keys()) {
            key.channel().close();
          }
        }
      }
    }

    private static void received(SelectionKey key) {
      ((Connection) key.attachment()).receive();
    }

    /** Takes the last answers, which do not count: a server complains of who leaves without. */
    private void await(Selector selector, long end) throws IOException {
      while (busy > 0 && failure.isEmpty() && System.nanoTime() - end < LONGEST_WAIT) {
        selector.select(Run::received, PAUSE);
      }
    }

    private void fail(String reason) {
      over = true;
      if (failure.isEmpty()) {
        failure = reason;
      }
    }

    private void count(long latency) {
      if (done == latencies.length) {
        latencies = Arrays.copyOf(latencies, done * 2);
      }
      latencies[done++] = latency;
    }

    /** One kept connection, with at most one request under way. */
    private final class Connection {

      private final SocketChannel channel;
      private final Work work;
      private final ByteBuffer answer = ByteBuffer.allocate(LARGEST_ANSWER);
      private long begun;
      private int left = units;

      Connection(Selector selector, Work work) throws IOException {
        this.work = work;
        channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, this);
      }

      /** Begins the next unit, if there is one. */
      void begin() throws IOException {
        Optional<byte[]> request = left-- > 0 ? work.first() : Optional.empty();
        if (request.isPresent()) {
          busy++;
          begun = System.nanoTime();
          send(request.get());
        }
      }

      private void send(byte[] request) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(request);
        // A request is far smaller than what the socket takes at once.
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }

      void receive() {
        try {
          if (channel.read(answer) < 0) {
            throw new EOFException("The server closed a connection.");
          }
          Optional<Answer> complete = Answer.read(answer.array(), answer.position());
          if (complete.isPresent()) {
            answer.clear();
            answered(complete.get());
          } else if (!answer.hasRemaining()) {
            throw new IOException("An answer is too long.");
          }
        } catch (IOException | WrongAnswerException e) {
          fail(e.toString());
        }
      }

      private void answered(Answer complete) throws IOException, WrongAnswerException {
        Optional<byte[]> next = work.next(complete);
        if (next.isPresent()) {
          send(next.get());
          return;
        }
        busy--;
        if (!over) {
          count(System.nanoTime() - begun);
          begin();
        }
      }
    }
  }
}
