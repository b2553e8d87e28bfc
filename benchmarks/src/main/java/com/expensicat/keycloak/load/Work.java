package com.expensicat.keycloak.load;

import java.util.Optional;

/**
 * What one connection asks for, again and again: a unit of work, of one request or of several that
 * follow from one another. Requests are whole HTTP/1.1 requests that keep the connection.
 */
interface Work {

  /** The first request of the next unit; none where there is no further unit. */
  Optional<byte[]> first();

  /**
   * The unit's next request; none where the unit is done.
   *
   * @param answer to the request before
   * @throws WrongAnswerException if it is not the one that the unit is for
   */
  Optional<byte[]> next(Answer answer) throws WrongAnswerException;
}
