package com.expensicat.keycloak.start;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;

/**
 * A road to a port of this machine on which an answer takes longer, as if the port were of another
 * machine.
 */
final class SlowRoad implements AutoCloseable {

  private static final int BUFFER = 65_536;

  private final ServerSocket entrance;
  private final int port;
  private final long delay;

  /**
   * @param port where it leads
   * @param delay how much later the answer comes, in nanoseconds
   */
  SlowRoad(int port, long delay) throws IOException {
    this.port = port;
    this.delay = delay;
    this.entrance = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    run(this::accept);
  }

  /** The port to connect to in place of the other. */
  int entrance() {
    return entrance.getLocalPort();
  }

  private void accept() throws IOException {
    while (true) {
      Socket near = entrance.accept();
      Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
      run(() -> carry(near, far, 0));
      run(() -> carry(far, near, delay));
    }
  }

  private static void carry(Socket from, Socket to, long delay) throws IOException {
    from.setTcpNoDelay(true);
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[BUFFER];
      for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
        if (delay > 0) {
          LockSupport.parkNanos(delay);
        }
        out.write(bytes, 0, length);
      }
    }
  }

  /** Something that ends when its sockets are closed. */
  private interface Task {
    void run() throws IOException;
  }

  private static void run(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // One end is closed.
              }
            },
            "slow-road");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    entrance.close();
  }
}
