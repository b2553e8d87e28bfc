package com.expensicat.keycloak.floor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class RequestLogTest {

  private static LogRecord passed(String message, Throwable thrown) {
    LogRecord entry = new LogRecord(Level.WARNING, message);
    entry.setThrown(thrown);
    assertThat(RequestLog.withoutTrace(entry)).isTrue();
    return entry;
  }

  @Test
  void theReasonStandsInPlaceOfTheTrace() {
    LogRecord entry =
        passed("KC-SERVICES0097: Invalid request", new NumberFormatException("For input: x"));

    assertThat(entry.getThrown()).isNull();
    assertThat(entry.getMessage())
        .isEqualTo(
            "KC-SERVICES0097: Invalid request: java.lang.NumberFormatException: For input: x");
  }

  @Test
  void theReasonIsOneShortLine() {
    LogRecord entry =
        passed(
            "KC-SERVICES0097: Invalid request",
            new IllegalArgumentException("a\r\nX-Evil: 1\u0000" + "x".repeat(60_000)));

    assertThat(entry.getMessage()).hasSizeLessThan(300).doesNotContain("\n", "\0");
  }

  @Test
  void allElseStaysAsItIs() {
    Exception fault = new IllegalStateException("a fault");

    assertThat(passed("KC-SERVICES0013: Failed authentication", fault).getThrown()).isSameAs(fault);
    assertThat(passed(null, fault).getThrown()).isSameAs(fault);
    assertThat(passed("KC-SERVICES0097: Invalid request", null).getMessage())
        .isEqualTo("KC-SERVICES0097: Invalid request");
  }
}
