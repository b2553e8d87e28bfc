package com.expensicat.keycloak.load;

import java.util.List;
import java.util.Optional;

/** Prepared requests in turn, one a unit. */
final class Repeated implements Work {

  private final List<byte[]> requests;
  private final int status;
  private final String part;
  private int sent;

  /**
   * @param first which request is the first
   * @param status of the right answer
   * @param part a text that its body holds, or an empty one
   */
  Repeated(List<byte[]> requests, int first, int status, String part) {
    this.requests = requests;
    this.sent = first;
    this.status = status;
    this.part = part;
  }

  @Override
  public Optional<byte[]> first() {
    return Optional.of(requests.get(sent++ % requests.size()));
  }

  @Override
  public Optional<byte[]> next(Answer answer) throws WrongAnswerException {
    if (answer.status() != status || !answer.body().contains(part)) {
      throw new WrongAnswerException("Not " + status + ' ' + part, answer);
    }
    return Optional.empty();
  }
}
