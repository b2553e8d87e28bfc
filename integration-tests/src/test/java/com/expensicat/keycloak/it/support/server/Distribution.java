package com.expensicat.keycloak.it.support.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Keycloak's distribution with the pack's jar inside, or without where a test asks for that, after
 * {@code kc.sh build}. A build is kept for the same jar and options; each server gets a copy, in
 * which the libraries are hard links.
 */
final class Distribution {

  private static final Path LIBRARIES = Path.of("lib", "lib");
  private static final List<String> BUILD =
      List.of(
          "build",
          "--health-enabled=true",
          "--metrics-enabled=true",
          "--event-metrics-user-enabled=true");

  private Distribution() {}

  /** A new folder {@code target/server-<n>} with a built Keycloak, its data still empty. */
  static Path newHome(Database database, Software software, List<String> buildOptions) {
    Path built =
        built(
            software,
            Stream.of(BUILD, List.of("--db=" + database.kind()), buildOptions)
                .flatMap(List::stream)
                .toList());
    try {
      Path home = newFolder("server-");
      copy(built, home);
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new folder with Keycloak as it is unpacked, perhaps with the jar: nothing is built yet. */
  static Path newUnbuiltHome(Software software) {
    try {
      return unpacked("server-", software);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes what these made, except the log. */
  static void discard(Path home, Path log) {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(log) && !file.equals(home)) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized Path built(Software software, List<String> arguments) {
    try {
      Path built = Artifacts.SERVERS.resolve("built-" + fingerprint(software, arguments));
      if (!Files.exists(built)) {
        Path work = unpacked("building-", software);
        Path log = work.resolve("build.log");
        Process process = KcScript.run(work, log, arguments, Map.of(), false, "");
        if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
          process.destroy();
          throw new AssertionError("kc.sh build failed:\n" + Files.readString(log));
        }
        Files.move(work, built);
      }
      return built;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Path unpacked(String prefix, Software software) throws IOException {
    Path folder = newFolder(prefix);
    copy(software.distribution(), folder);
    if (software.jar().isPresent()) {
      Path jar = software.jar().get();
      Files.copy(jar, folder.resolve("providers").resolve(jar.getFileName()));
    }
    return folder;
  }

  private static String fingerprint(Software software, List<String> arguments) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      if (software.jar().isPresent()) {
        digest.update(Files.readAllBytes(software.jar().get()));
      }
      digest.update(String.join("\n", arguments).getBytes(UTF_8));
      digest.update(software.distribution().getFileName().toString().getBytes(UTF_8));
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first number that is free, so that runs at the same time do not meet. */
  private static Path newFolder(String prefix) throws IOException {
    int number = 1;
    while (true) {
      try {
        return Files.createDirectory(Artifacts.SERVERS.resolve(prefix + number));
      } catch (FileAlreadyExistsException e) {
        number++;
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path relative = from.relativize(file);
        Path target = to.resolve(relative);
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (relative.startsWith(LIBRARIES)) {
          Files.createLink(target, file);
        } else {
          Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }
}
