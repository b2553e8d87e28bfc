package com.expensicat.keycloak.load;

import java.util.Iterator;
import java.util.Optional;

/** Prepared requests, each sent once, of a supply that several connections share. */
final class Once implements Work {

  private final Iterator<byte[]> requests;

  Once(Iterator<byte[]> requests) {
    this.requests = requests;
  }

  @Override
  public Optional<byte[]> first() {
    return requests.hasNext() ? Optional.of(requests.next()) : Optional.empty();
  }

  @Override
  public Optional<byte[]> next(Answer answer) throws WrongAnswerException {
    if (answer.status() != 200) {
      throw new WrongAnswerException("Not 200", answer);
    }
    return Optional.empty();
  }
}
