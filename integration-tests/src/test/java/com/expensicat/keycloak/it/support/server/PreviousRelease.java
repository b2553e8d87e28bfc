package com.expensicat.keycloak.it.support.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The pack as it was before its version was last raised, built out of the repository's history.
 *
 * @param folder a clone of the repository at that commit
 */
public record PreviousRelease(Path folder) {

  private static final Path LOG = Artifacts.SERVERS.resolve("previous-release.log");

  /** Builds it, once a commit; without history, git or Maven the test is skipped. */
  public static PreviousRelease build() {
    Path git = program("git");
    Path maven = program("mvn");
    Path repository = Artifacts.REPOSITORY;
    String raised =
        output(repository, git, "log", "-1", "--format=%H", "-G^  <version>", "--", "pom.xml");
    String commit =
        raised.isEmpty() ? "" : output(repository, git, "rev-parse", "--verify", raised + "^");
    if (!commit.matches("[0-9a-f]{40}")) {
      throw Programs.skip("the history has no commit before the version was raised");
    }
    PreviousRelease release =
        new PreviousRelease(Artifacts.SERVERS.resolve("previous-" + commit.substring(0, 7)));
    if (!Files.exists(release.jar())) {
      run(repository, git, "clone", "--quiet", "--no-checkout", ".", release.folder().toString());
      run(release.folder(), git, "checkout", "--quiet", commit);
      run(
          release.folder(),
          maven,
          "--batch-mode",
          "--quiet",
          "--projects=providers",
          "package",
          "-Dmaven.test.skip=true",
          "-Dspotless.check.skip=true");
    }
    return release;
  }

  public Path jar() {
    return folder.resolve("providers/target").resolve(Artifacts.JAR.getFileName());
  }

  /** Its realm export. */
  public Path realm() {
    return folder.resolve("realm-export").resolve(Artifacts.REALM.getFileName());
  }

  private static Path program(String name) {
    return Programs.named(List.of(name))
        .findFirst()
        .orElseThrow(
            () -> Programs.skip(name + " is not there, so no release before can be built"));
  }

  private static void run(Path folder, Path program, String... arguments) {
    int status = status(folder, program, arguments);
    if (status != 0) {
      throw new AssertionError(program + " ended with " + status + ":\n" + Programs.printed(LOG));
    }
  }

  /** What a program prints; nothing where it fails. */
  private static String output(Path folder, Path program, String... arguments) {
    return status(folder, program, arguments) == 0 ? Programs.printed(LOG).strip() : "";
  }

  private static int status(Path folder, Path program, String... arguments) {
    try {
      return Programs.run(
          folder, LOG, Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
