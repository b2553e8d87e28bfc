package com.expensicat.keycloak.capacity;

/**
 * What there is.
 *
 * @param number of nodes behind the proxy
 * @param cores of each
 * @param usable how much of a core may be in use on average, 0 to 1
 * @param connections of each node to the database, at most
 * @param roundTrip milliseconds for a statement, there and back and its work
 * @param remembered how many sessions of grants, and how many people, each node keeps in memory
 */
record Nodes(
    int number, int cores, double usable, int connections, double roundTrip, int remembered) {

  Nodes ofNumber(int other) {
    return new Nodes(other, cores, usable, connections, roundTrip, remembered);
  }
}
