package com.expensicat.keycloak.capacity;

/**
 * What one operation costs, as it was measured.
 *
 * @param processor milliseconds of a node's processor
 * @param statements that it sends to the database, each a round trip
 * @param strangersProcessor the same where the node does not have the session, or the person, in
 *     memory
 * @param strangersStatements the same
 * @param rows that it writes, inserted, updated and deleted
 */
record Operation(
    String name,
    double processor,
    double statements,
    double strangersProcessor,
    double strangersStatements,
    double rows) {

  /** Whether it makes a difference that the node has met the session before. */
  boolean knowsSessions() {
    return strangersStatements > statements;
  }

  double processor(boolean known) {
    return known ? processor : strangersProcessor;
  }

  double statements(boolean known) {
    return known ? statements : strangersStatements;
  }
}
