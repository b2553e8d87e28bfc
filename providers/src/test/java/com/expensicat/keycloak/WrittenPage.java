package com.expensicat.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of the docs that a test makes. */
public final class WrittenPage {

  private WrittenPage() {}

  /**
   * Holds the file against that text; with the system property {@code pages.write} it is written.
   */
  public static void assertSays(Path file, String text) throws IOException {
    if (Boolean.getBoolean("pages.write")) {
      Files.writeString(file, text);
    }
    assertThat(file).hasContent(text);
  }
}
