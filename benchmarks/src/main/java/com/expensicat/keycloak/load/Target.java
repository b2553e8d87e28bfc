package com.expensicat.keycloak.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** A server that is compared, in a process of its own. Its life is {@link #start}, work, close. */
interface Target extends AutoCloseable {

  /** A word, as options and results name it. */
  String name();

  /** Product, version and database, as the tables name it. */
  String title() throws IOException;

  /**
   * Starts it anew, with no data but people and clients, and signs the people in.
   *
   * @param pair a number that is another at each start
   */
  void start(int pair) throws IOException;

  InetSocketAddress address();

  ProcessHandle process();

  /** Name of its database, where that is on PostgreSQL. */
  Optional<String> database();

  boolean has(Operation operation);

  /**
   * Work of an operation that can begin at once.
   *
   * @param connections how many connections do it, each its own, at most {@link People#COUNT}
   * @param seconds for how long at most, by which a supply is measured
   */
  List<? extends Work> work(Operation operation, int connections, int seconds) throws IOException;

  /** One person more signs in, in a new browser, and an application gets its tokens. */
  void grant(int person) throws IOException;

  @Override
  void close() throws IOException;
}
