package com.expensicat.keycloak.it.support.server;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a server is made of.
 *
 * @param distribution the folder of an unpacked Keycloak
 * @param jar the pack's, if it is in it
 */
record Software(Path distribution, Optional<Path> jar) {

  /** What is under test. */
  static final Software STANDARD = new Software(Artifacts.DISTRIBUTION, Optional.of(Artifacts.JAR));
}
